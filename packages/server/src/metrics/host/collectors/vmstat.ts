/** Counters of memory management from /proc/vmstat, those whose name the pattern lets through. */
import type { HostModule } from '../module.ts';
import { createNameFilter } from '../name-filter.ts';

export const vmstatModule: HostModule = {
  name: 'vmstat',
  create({ files, patterns }) {
    const isCollected = createNameFilter({ include: patterns.vmstatFields });
    return (out) => {
      for (const line of files.read(files.proc('vmstat')).split('\n')) {
        const space = line.indexOf(' ');
        const name = line.slice(0, Math.max(space, 0));
        if (name === '' || !isCollected(name)) continue;
        out.untyped(`node_vmstat_${name}`, `${name} of /proc/vmstat.`).add(Number(line.slice(space + 1)));
      }
    };
  },
};
