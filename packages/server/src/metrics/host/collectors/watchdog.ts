/** Hardware watchdogs from /sys/class/watchdog. */
import { labelText } from '../metric-text.ts';
import type { HostModule } from '../module.ts';

const VALUES: readonly (readonly [file: string, metric: string, help: string])[] = [
  ['bootstatus', 'bootstatus', 'Why the watchdog last rebooted the host, a bit mask.'],
  ['fw_version', 'fw_version', 'Firmware version of the watchdog.'],
  ['nowayout', 'nowayout', 'Whether the watchdog cannot be stopped once it runs.'],
  ['timeleft', 'timeleft_seconds', 'Time left before the watchdog fires, in seconds.'],
  ['timeout', 'timeout_seconds', 'Time after which the watchdog fires, in seconds.'],
  ['pretimeout', 'pretimeout_seconds', 'How long before firing the watchdog warns, in seconds.'],
  ['access_cs0', 'access_cs0', 'Whether the second boot source is in use.'],
];
const TEXTS = ['identity', 'options', 'pretimeout_governor', 'state', 'status'];

export const watchdogModule: HostModule = {
  name: 'watchdog',
  mayWait: true,
  create({ files }) {
    return async (out) => {
      for (const name of files.listOrNoData(files.sys('class/watchdog'), 'hardware watchdogs')) {
        const directory = files.sys('class/watchdog', name);
        for (const [file, metric, help] of VALUES) {
          const value = await files.readSlowNumber(`${directory}/${file}`);
          if (value !== undefined) out.gauge(`node_watchdog_${metric}`, help).add(value, labelText({ name }));
        }
        const info: Record<string, string> = { name };
        for (const file of TEXTS) info[file] = files.readOptional(`${directory}/${file}`)?.trim() ?? '';
        const help = 'What is known of a watchdog; the value is 1.';
        out.gauge('node_watchdog_info', help).add(1, labelText(info));
      }
    };
  },
};
