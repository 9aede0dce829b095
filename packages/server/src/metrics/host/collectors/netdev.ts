/** Traffic and errors of network devices from /proc/net/dev. */

import { labelText } from '../metric-text.ts';
import type { HostModule } from '../module.ts';
import { createNameFilter } from '../name-filter.ts';

type Field = readonly [name: string, help: string];

/** The columns after the device name. */
const FIELDS: readonly Field[] = [
  ['receive_bytes', 'Bytes received.'],
  ['receive_packets', 'Packets received.'],
  ['receive_errs', 'Receive errors of all kinds.'],
  ['receive_drop', 'Packets dropped on receive.'],
  ['receive_fifo', 'Receive queue overruns.'],
  ['receive_frame', 'Frames received with a framing, length or checksum error.'],
  ['receive_compressed', 'Compressed packets received.'],
  ['receive_multicast', 'Multicast packets received.'],
  ['transmit_bytes', 'Bytes sent.'],
  ['transmit_packets', 'Packets sent.'],
  ['transmit_errs', 'Transmit errors of all kinds.'],
  ['transmit_drop', 'Packets dropped on transmit.'],
  ['transmit_fifo', 'Transmit queue overruns.'],
  ['transmit_colls', 'Collisions.'],
  ['transmit_carrier', 'Carrier losses and other failures of the medium while sending.'],
  ['transmit_compressed', 'Compressed packets sent.'],
];

export const netdevModule: HostModule = {
  name: 'netdev',
  create({ files, patterns }) {
    const isCollected = createNameFilter({ exclude: patterns.netDeviceExclude });
    return (out) => {
      const nohandlerHelp = 'Packets received that no protocol wanted.';
      const lines = files.read(files.proc('net/dev')).split('\n').slice(2);
      for (const line of lines) {
        const colon = line.lastIndexOf(':');
        const device = line.slice(0, Math.max(colon, 0)).trim();
        if (device === '' || !isCollected(device)) continue;
        const labels = labelText({ device });
        const values = line
          .slice(colon + 1)
          .trim()
          .split(/\s+/);
        FIELDS.forEach(([name, help], i) => {
          const value = values[i];
          if (value !== undefined) out.counter(`node_network_${name}_total`, help).add(Number(value), labels);
        });
        const nohandler = files.readNumber(files.sys('class/net', device, 'statistics/rx_nohandler'));
        if (nohandler === undefined) continue;
        out.counter('node_network_receive_nohandler_total', nohandlerHelp).add(nohandler, labels);
      }
    };
  },
};
