/** Every line of /proc/meminfo: `Active(anon): 12 kB` becomes `node_memory_Active_anon_bytes`. */
import type { HostModule } from '../module.ts';

export const meminfoModule: HostModule = {
  name: 'meminfo',
  create({ files }) {
    const metrics = new Map<string, string>();
    return (out) => {
      for (const line of files.read(files.proc('meminfo')).split('\n')) {
        const match = /^([^:]+):\s+(\d+)( kB)?$/.exec(line);
        if (match === null) continue;
        const [, field = '', value = '', unit] = match;
        let metric = metrics.get(field);
        if (metric === undefined) {
          const name = field.replace(/\((.*)\)/, '_$1').replace(/[^a-zA-Z0-9_]/g, '_');
          metric = `node_memory_${name}${unit === undefined ? '' : '_bytes'}`;
          metrics.set(field, metric);
        }
        out
          .gauge(metric, `${field} of /proc/meminfo${unit === undefined ? '' : ', in bytes'}.`)
          .add(unit === undefined ? Number(value) : Number(value) * 1024);
      }
    };
  },
};
