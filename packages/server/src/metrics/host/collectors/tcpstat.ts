/**
 * TCP connections by state from /proc/net/tcp and tcp6. On a host with many connections the kernel takes long to write them,
 * so it must be asked for, reads on a thread, and never holds the whole file.
 */
import { createReadStream } from 'node:fs';
import type { HostFiles } from '../host-files.ts';
import { labelText } from '../metric-text.ts';
import type { HostModule } from '../module.ts';

/** By the number the kernel writes, in hexadecimal. */
const STATES: Readonly<Record<string, string>> = {
  '01': 'established',
  '02': 'syn_sent',
  '03': 'syn_recv',
  '04': 'fin_wait1',
  '05': 'fin_wait2',
  '06': 'time_wait',
  '07': 'close',
  '08': 'close_wait',
  '09': 'last_ack',
  '0A': 'listen',
  '0B': 'closing',
};
const CHUNK_BYTES = 64 * 1024;
const STATE_COLUMN = 3;
const QUEUES_COLUMN = 4;

export const tcpstatModule: HostModule = {
  name: 'tcpstat',
  offByDefault: true,
  mayWait: true,
  create({ files }) {
    return async (out) => {
      const counts = new Map<string, number>();
      await countFile(files, 'net/tcp', counts);
      if (files.has(files.proc('net/tcp6'))) await countFile(files, 'net/tcp6', counts);
      const family = out.gauge('node_tcp_connection_states', 'TCP connections by state, and bytes in their queues.');
      for (const [state, count] of counts) family.add(count, labelText({ state }));
    };
  },
};

async function countFile(files: HostFiles, path: string, counts: Map<string, number>): Promise<void> {
  const stream = createReadStream(files.proc(path), { encoding: 'latin1', highWaterMark: CHUNK_BYTES });
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) countLine(line, counts);
    await files.breathe();
  }
  countLine(rest, counts);
}

/** `sl local remote st tx:rx ...`; the first line of the file is a heading. */
function countLine(line: string, counts: Map<string, number>): void {
  const cells = line.trim().split(/\s+/, QUEUES_COLUMN + 1);
  const state = STATES[cells[STATE_COLUMN] ?? ''];
  if (state === undefined) return;
  add(counts, state, 1);
  const [tx = '0', rx = '0'] = (cells[QUEUES_COLUMN] ?? '').split(':');
  add(counts, 'rx_queued_bytes', Number.parseInt(rx, 16) || 0);
  add(counts, 'tx_queued_bytes', Number.parseInt(tx, 16) || 0);
}

function add(counts: Map<string, number>, state: string, by: number): void {
  counts.set(state, (counts.get(state) ?? 0) + by);
}
