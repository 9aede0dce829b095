/** Clock frequencies of CPUs, as the hardware and as the frequency governor report them. Files are in kHz. */
import { labelText } from '../metric-text.ts';
import type { HostModule } from '../module.ts';

const FREQUENCIES: readonly (readonly [file: string, metric: string, help: string])[] = [
  ['cpuinfo_cur_freq', 'node_cpu_frequency_hertz', 'Clock frequency that the hardware reports, in hertz.'],
  ['cpuinfo_min_freq', 'node_cpu_frequency_min_hertz', 'Lowest clock frequency of the hardware, in hertz.'],
  ['cpuinfo_max_freq', 'node_cpu_frequency_max_hertz', 'Highest clock frequency of the hardware, in hertz.'],
  ['scaling_cur_freq', 'node_cpu_scaling_frequency_hertz', 'Clock frequency chosen by the governor, in hertz.'],
  ['scaling_min_freq', 'node_cpu_scaling_frequency_min_hertz', 'Lowest frequency the governor may choose, in hertz.'],
  ['scaling_max_freq', 'node_cpu_scaling_frequency_max_hertz', 'Highest frequency the governor may choose, in hertz.'],
];

export const cpufreqModule: HostModule = {
  name: 'cpufreq',
  mayWait: true,
  create({ files }) {
    return async (out) => {
      const help = 'Whether a frequency governor is the one in use.';
      for (const name of files.list(files.sys('devices/system/cpu'))) {
        if (!/^cpu\d+$/.test(name)) continue;
        const directory = files.sys('devices/system/cpu', name, 'cpufreq');
        if (!files.has(directory)) continue;
        const cpu = name.slice('cpu'.length);
        const current = files.readOptional(`${directory}/scaling_governor`)?.trim();
        const available = files.readOptional(`${directory}/scaling_available_governors`)?.trim();
        if (current !== undefined && available !== undefined && available !== '') {
          const family = out.gauge('node_cpu_scaling_governor', help);
          for (const governor of available.split(/\s+/)) {
            family.add(governor === current ? 1 : 0, labelText({ cpu, governor }));
          }
        }
        for (const [file, metric, text] of FREQUENCIES) {
          // Reading the current frequency can interrupt another core or ask firmware.
          const khz = await files.readSlowNumber(`${directory}/${file}`);
          if (khz !== undefined) out.gauge(metric, text).add(khz * 1000, labelText({ cpu }));
        }
      }
    };
  },
};
