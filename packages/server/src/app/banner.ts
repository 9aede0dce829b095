/** What a start prints for the person at the terminal. */
import type { InternalTarget } from '../metrics/scrape/index.ts';
import type { LoadedConfig } from './reload.ts';
import { locationOf } from './routes.ts';
import type { ServerOptions } from './server-options.ts';

export interface BannerFacts {
  readonly url: string;
  readonly version: string;
  readonly options: ServerOptions;
  readonly config: LoadedConfig;
  readonly targets: readonly InternalTarget[];
}

export function renderBanner({ url, version, options, config, targets }: BannerFacts): string {
  const files = [options.configFile, config.file].filter((file) => file !== '');
  const rows: [string, string][] = [
    ['open', url],
    ['data', `${locationOf(options.storage)} (${retentionText(options.metricsRetentionMs)})`],
    ['config', files.length === 0 ? 'built-in default' : files.join(', ')],
    ['collects', collectsText(config, targets)],
  ];
  const lines = rows.map(([name, text]) => `  ${name.padEnd(9)} ${text}`);
  return `\nSightline ${version} is ready\n\n${lines.join('\n')}\n\n`;
}

function retentionText(ms: number): string {
  if (ms === 0) return 'metrics are kept for ever';
  const days = ms / 86_400_000;
  return days >= 1 ? `metrics are kept ${Math.round(days * 10) / 10} days` : `metrics are kept ${ms / 3_600_000} hours`;
}

const INTERNAL_TEXT: Readonly<Record<string, string>> = { node: 'this host', sightline: 'itself' };

function collectsText(config: LoadedConfig, targets: readonly InternalTarget[]): string {
  const parts = targets.map(({ job, intervalMs }) => `${INTERNAL_TEXT[job] ?? job} every ${intervalMs / 1e3} s`);
  const jobs = config.prometheus.scrapeConfigs.length;
  if (jobs > 0) parts.push(`${jobs} scrape ${jobs === 1 ? 'job' : 'jobs'}`);
  return parts.length === 0 ? 'only what is sent to it' : parts.join(', ');
}
