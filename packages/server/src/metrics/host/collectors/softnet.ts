/** Packets handled by CPU from /proc/net/softnet_stat: one line a CPU, hexadecimal columns. */

import type { FamilyType } from '../metric-text.ts';
import { labelText } from '../metric-text.ts';
import type { HostModule } from '../module.ts';

/** Columns 3 to 7 have been zero since Linux 2.6; the later ones came with newer kernels. */
const COLUMNS: readonly (readonly [column: number, metric: string, type: FamilyType, help: string])[] = [
  [0, 'processed_total', 'counter', 'Packets handled.'],
  [1, 'dropped_total', 'counter', 'Packets dropped because the backlog was full.'],
  [2, 'times_squeezed_total', 'counter', 'Times packets were left over when the time was up.'],
  [8, 'cpu_collision_total', 'counter', 'Collisions on the lock of a device while sending.'],
  [9, 'received_rps_total', 'counter', 'Times another CPU asked this one to handle packets.'],
  [10, 'flow_limit_count_total', 'counter', 'Packets dropped by the limit for one flow.'],
  [11, 'backlog_len', 'gauge', 'Packets waiting in the backlog.'],
];
const CPU_COLUMN = 12;

export const softnetModule: HostModule = {
  name: 'softnet',
  create({ files }) {
    return (out) => {
      const lines = files.read(files.proc('net/softnet_stat')).trimEnd().split('\n');
      for (const [row, line] of lines.entries()) {
        const cells = line.trim().split(/\s+/);
        const index = cells[CPU_COLUMN];
        // Offline CPUs have no line, so where the kernel writes the number it is not the row.
        const cpu = String(index === undefined ? row : Number.parseInt(index, 16));
        for (const [column, metric, type, help] of COLUMNS) {
          const cell = cells[column];
          if (cell === undefined) continue;
          out.family(`node_softnet_${metric}`, type, help).add(Number.parseInt(cell, 16), labelText({ cpu }));
        }
      }
    };
  },
};
