/** Counters of XFS file systems from /sys/fs/xfs; the columns are those of the kernel's XFS statistics document. */
import { labelText } from '../metric-text.ts';
import type { HostModule } from '../module.ts';

const BTREE = ['lookups', 'compares', 'records_inserted', 'records_deleted'];

/** The lines that are reported: prefix of the metric, and the meaning of the columns in order. */
const LINES: Readonly<Record<string, readonly [prefix: string, columns: readonly string[]]>> = {
  extent_alloc: ['extent_allocation', ['extents_allocated', 'blocks_allocated', 'extents_freed', 'blocks_freed']],
  abt: ['allocation_btree', BTREE],
  blk_map: [
    'block_mapping',
    [
      'reads',
      'writes',
      'unmaps',
      'extent_list_insertions',
      'extent_list_deletions',
      'extent_list_lookups',
      'extent_list_compares',
    ],
  ],
  bmbt: ['block_map_btree', BTREE],
  dir: ['directory_operation', ['lookup', 'create', 'remove', 'getdents']],
  ig: ['inode_operation', ['attempts', 'found', 'recycled', 'missed', 'duplicates', 'reclaims', 'attribute_changes']],
  rw: ['', ['write_calls', 'read_calls']],
  vnodes: ['vnode', ['active', 'allocate', 'get', 'hold', 'release', 'reclaim', 'remove']],
};

export const xfsModule: HostModule = {
  name: 'xfs',
  create({ files }) {
    return (out) => {
      for (const device of files.list(files.sys('fs/xfs'))) {
        const text = files.readOptional(files.sys('fs/xfs', device, 'stats/stats')) ?? '';
        const labels = labelText({ device });
        for (const line of text.split('\n')) {
          const [key = '', ...values] = line.split(' ');
          const [prefix, columns] = LINES[key] ?? ['', []];
          for (const [i, column] of columns.entries()) {
            const value = values[i];
            if (value === undefined) continue;
            const name = prefix === '' ? column : `${prefix}_${column}`;
            const help = `${name.replaceAll('_', ' ')} of an XFS file system.`;
            out.counter(`node_xfs_${name}_total`, help).add(Number(value), labels);
          }
        }
      }
    };
  },
};
