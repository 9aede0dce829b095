/** What a start prints for the person at the terminal. */
import { formatDuration } from '@sightline/model';
import type { SightlineConfig } from '../config/sightline/types.ts';
import type { InternalTarget } from '../metrics/scrape/index.ts';
import { locationOf } from './open-storage.ts';
import { HOST_TARGET } from './self-monitoring.ts';

export interface BannerFacts {
  /** The first is the one to open. */
  readonly urls: readonly string[];
  readonly version: string;
  readonly config: SightlineConfig;
  /** Configuration files in use. */
  readonly files: readonly string[];
  /** Jobs of the scrape configuration. */
  readonly jobs: number;
  readonly targets: readonly InternalTarget[];
}

export function renderBanner({ urls, version, config, files, jobs, targets }: BannerFacts): string {
  const rows: [string, string][] = [
    ['open', urls.join('  ')],
    ['data', `${locationOf(config)} (${retentionText(config.storage.retention.metricsMs)})`],
    ['config', files.length === 0 ? 'built-in default' : files.join(', ')],
    ['collects', collectsText(jobs, targets)],
  ];
  const lines = rows.map(([name, text]) => `  ${name.padEnd(9)} ${text}`);
  return `\nSightline ${version} is ready\n\n${lines.join('\n')}\n\n`;
}

function retentionText(ms: number): string {
  return ms === 0 ? 'metrics are kept for ever' : `metrics are kept ${formatDuration(ms)}`;
}

function collectsText(jobs: number, targets: readonly InternalTarget[]): string {
  const parts = targets.map(
    ({ name, intervalMs }) => `${name === HOST_TARGET ? 'this host' : 'itself'} every ${formatDuration(intervalMs)}`,
  );
  if (jobs > 0) parts.push(`${jobs} scrape ${jobs === 1 ? 'job' : 'jobs'}`);
  return parts.length === 0 ? 'only what is sent to it' : parts.join(', ');
}
