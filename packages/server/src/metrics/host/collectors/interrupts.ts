/** Interrupts by CPU and source from /proc/interrupts: a series for each pair, so it must be asked for. */
import { labelText } from '../metric-text.ts';
import type { HostModule } from '../module.ts';

export const interruptsModule: HostModule = {
  name: 'interrupts',
  offByDefault: true,
  create({ files }) {
    return (out) => {
      const family = out.counter('node_interrupts_total', 'Interrupts served, by CPU and source.');
      const [head = '', ...rows] = files.read(files.proc('interrupts')).trimEnd().split('\n');
      const cpus = head.trim().split(/\s+/);
      for (const row of rows) {
        const [source = '', ...rest] = row.trim().split(/\s+/);
        const type = source.slice(0, -1);
        const counts = rest.slice(0, cpus.length);
        // ERR and MIS are one number for the whole machine.
        if (counts.length < cpus.length) continue;
        const words = rest.slice(cpus.length);
        const isNumbered = /^\d+$/.test(type);
        // A numbered source is followed by its controller and then by the devices that use it.
        const info = isNumbered ? (words[0] ?? '') : words.join(' ');
        const devices = isNumbered ? words.slice(1).join(' ') : '';
        for (const [i, count] of counts.entries()) {
          const cpu = (cpus[i] ?? '').slice('CPU'.length);
          family.add(Number(count), labelText({ cpu, devices, info, type }));
        }
      }
    };
  },
};
