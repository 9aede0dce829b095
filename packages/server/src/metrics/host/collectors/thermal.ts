/** Temperature zones and cooling devices from /sys/class/thermal. Temperatures are in thousandths of a degree. */
import type { HostFiles } from '../host-files.ts';
import type { MetricText } from '../metric-text.ts';
import { labelText } from '../metric-text.ts';
import type { HostModule } from '../module.ts';

export const thermalModule: HostModule = {
  name: 'thermal_zone',
  mayWait: true,
  create({ files }) {
    return async (out) => {
      const root = files.sys('class/thermal');
      for (const entry of files.listOrNoData(root, 'temperature zones')) {
        const zone = /^thermal_zone(\d+)$/.exec(entry)?.[1];
        const cooler = /^cooling_device(\d+)$/.exec(entry)?.[1];
        if (zone !== undefined) await writeZone(files, `${root}/${entry}`, zone, out);
        else if (cooler !== undefined) await writeCooler(files, `${root}/${entry}`, cooler, out);
      }
    };
  },
};

async function writeZone(files: HostFiles, directory: string, zone: string, out: MetricText): Promise<void> {
  const type = files.readOptional(`${directory}/type`)?.trim() ?? '';
  // A zone that is switched off or still waking up has no value.
  const milli = await files.readSlowNumber(`${directory}/temp`);
  if (milli === undefined) return;
  out
    .gauge('node_thermal_zone_temp', 'Temperature of a zone, in degrees Celsius.')
    .add(milli / 1000, labelText({ type, zone }));
}

async function writeCooler(files: HostFiles, directory: string, name: string, out: MetricText): Promise<void> {
  const labels = labelText({ name, type: files.readOptional(`${directory}/type`)?.trim() ?? '' });
  const current = await files.readSlowNumber(`${directory}/cur_state`);
  const max = await files.readSlowNumber(`${directory}/max_state`);
  if (current !== undefined) {
    out.gauge('node_cooling_device_cur_state', 'How hard a cooling device works now.').add(current, labels);
  }
  if (max !== undefined) {
    out.gauge('node_cooling_device_max_state', 'How hard a cooling device can work.').add(max, labels);
  }
}
