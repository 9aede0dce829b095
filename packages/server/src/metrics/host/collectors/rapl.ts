/** Energy used by processor packages and memory (RAPL) from /sys/class/powercap. Newer kernels let only root read it. */
import { noData } from '../errors.ts';
import { labelText } from '../metric-text.ts';
import type { HostModule } from '../module.ts';

export const raplModule: HostModule = {
  name: 'rapl',
  create({ files }) {
    return (out) => {
      const root = files.sys('class/powercap');
      const used = new Map<string, number>();
      let zones = 0;
      for (const zone of files.list(root)) {
        const path = `${root}/${zone}`;
        const name = files.readOptional(`${path}/name`)?.trim();
        const limit = files.readNumber(`${path}/max_energy_range_uj`);
        if (name === undefined || name === '' || limit === undefined) continue;
        zones++;
        // `package-1` carries its own number; zones that share a name are numbered in order.
        const numbered = /^(.*)-(\d+)$/.exec(name);
        const base = numbered?.[1] ?? name;
        const index = numbered?.[2] ?? String(used.get(name) ?? 0);
        used.set(name, (used.get(name) ?? 0) + 1);
        const micros = Number(files.read(`${path}/energy_uj`));
        const metric = `node_rapl_${base.replace(/[^a-zA-Z0-9_]/g, '_')}_joules_total`;
        out.counter(metric, `Energy used by ${base}, in joules.`).add(micros / 1e6, labelText({ index, path }));
      }
      if (zones === 0) throw noData('energy counters (RAPL)');
    };
  },
};
