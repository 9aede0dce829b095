/** What the scheduler counts by CPU, from /proc/schedstat; times are nanoseconds. */
import { labelText } from '../metric-text.ts';
import type { HostModule } from '../module.ts';

export const schedstatModule: HostModule = {
  name: 'schedstat',
  create({ files }) {
    return (out) => {
      const running = out.counter('node_schedstat_running_seconds_total', 'Time tasks ran on a CPU, in seconds.');
      const waiting = out.counter(
        'node_schedstat_waiting_seconds_total',
        'Time tasks waited to run on a CPU, in seconds.',
      );
      const slices = out.counter('node_schedstat_timeslices_total', 'Time slices run on a CPU.');
      for (const line of files.read(files.proc('schedstat')).split('\n')) {
        const match = /^cpu(\d+)(?: \d+){6} (\d+) (\d+) (\d+)/.exec(line);
        if (match === null) continue;
        const labels = labelText({ cpu: match[1] ?? '' });
        running.add(Number(match[2]) / 1e9, labels);
        waiting.add(Number(match[3]) / 1e9, labels);
        slices.add(Number(match[4]), labels);
      }
    };
  },
};
