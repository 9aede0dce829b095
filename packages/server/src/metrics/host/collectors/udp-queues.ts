/** Bytes waiting in the queues of all UDP sockets, from /proc/net/udp and udp6. */
import type { HostFiles } from '../host-files.ts';
import { labelText } from '../metric-text.ts';
import type { HostModule } from '../module.ts';

const QUEUES_COLUMN = 4;

export const udpQueuesModule: HostModule = {
  name: 'udp_queues',
  create({ files }) {
    return (out) => {
      const family = out.gauge('node_udp_queues', 'Memory of queued UDP datagrams, in bytes, by direction.');
      for (const [file, ip] of [
        ['udp', 'v4'],
        ['udp6', 'v6'],
      ] as const) {
        const sums = sumQueues(files, file);
        if (sums === undefined) continue;
        family.add(sums.tx, labelText({ ip, queue: 'tx' }));
        family.add(sums.rx, labelText({ ip, queue: 'rx' }));
      }
    };
  },
};

/** The fifth column of a socket is `tx:rx` in hexadecimal. */
function sumQueues(files: HostFiles, file: string): { tx: number; rx: number } | undefined {
  const text = files.readOptional(files.proc('net', file));
  if (text === undefined) return undefined;
  const sums = { tx: 0, rx: 0 };
  for (const line of text.trimEnd().split('\n').slice(1)) {
    const [tx = '0', rx = '0'] = (line.trim().split(/\s+/)[QUEUES_COLUMN] ?? '').split(':');
    sums.tx += Number.parseInt(tx, 16) || 0;
    sums.rx += Number.parseInt(rx, 16) || 0;
  }
  return sums;
}
