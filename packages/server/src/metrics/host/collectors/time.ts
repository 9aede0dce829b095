/** The clock of the host, its time zone, and the clock sources of the kernel. */

import type { HostFiles } from '../host-files.ts';
import type { MetricText } from '../metric-text.ts';
import { labelText } from '../metric-text.ts';
import type { HostModule } from '../module.ts';
import { zoneAbbreviation } from '../time-zone.ts';

export const timeModule: HostModule = {
  name: 'time',
  create({ files }) {
    // To ask for the name costs a millisecond; it changes with the offset only.
    let zone: { offset: number; labels: string } | undefined;
    return (out) => {
      const now = new Date();
      const seconds = (performance.timeOrigin + performance.now()) / 1000;
      out.gauge('node_time_seconds', 'The clock of this host, in seconds since 1970.').add(clockSeconds(now, seconds));
      const offset = -now.getTimezoneOffset() * 60;
      if (zone === undefined || zone.offset !== offset) {
        zone = { offset, labels: labelText({ time_zone: zoneAbbreviation(files, now, offset) }) };
      }
      const help = 'How far local time is ahead of UTC, in seconds.';
      out.gauge('node_time_zone_offset_seconds', help).add(offset || 0, zone.labels);
      writeClockSources(files, out);
    };
  },
};

/** With microseconds, unless the wall clock was set after this process started and the monotonic one went on. */
function clockSeconds(now: Date, precise: number): number {
  const wall = now.getTime() / 1000;
  return Math.abs(precise - wall) < 0.005 ? precise : wall;
}

function writeClockSources(files: HostFiles, out: MetricText): void {
  const root = files.sys('devices/system/clocksource');
  for (const entry of files.list(root)) {
    const device = /^clocksource(\d+)$/.exec(entry)?.[1];
    if (device === undefined) continue;
    const available = files.readOptional(`${root}/${entry}/available_clocksource`)?.trim() ?? '';
    const current = files.readOptional(`${root}/${entry}/current_clocksource`)?.trim() ?? '';
    const known = out.gauge(
      'node_time_clocksource_available_info',
      'A clock source the kernel can use; the value is 1.',
    );
    for (const clocksource of available.split(/\s+/)) {
      if (clocksource !== '') known.add(1, labelText({ clocksource, device }));
    }
    if (current === '') continue;
    const used = out.gauge('node_time_clocksource_current_info', 'The clock source the kernel uses; the value is 1.');
    used.add(1, labelText({ clocksource: current, device }));
  }
}
