/**
 * From a discovered target to the labels it is scraped with: defaults of the job, relabeling, checks.
 * Standard: Prometheus 3.x scrape/target.go (default ports are not added).
 */
import { formatDuration, type Labels, parseDurationMs } from '@sightline/model';
import type { ScrapeConfig } from '../../config/prometheus/types.ts';
import { LabelBuilder } from '../relabel/label-builder.ts';
import type { Relabeler } from '../relabel/relabel.ts';
import { ScrapeError } from './errors.ts';

export const PARAM_PREFIX = '__param_';
const META_PREFIX = '__meta_';

export interface PopulatedLabels {
  /** Before relabeling, as the service discovery page shows them. */
  readonly discovered: Labels;
  /** After relabeling, `__` labels but `__meta_*` included. Undefined when the target is dropped. */
  readonly labels: Labels | undefined;
}

/** Labels before relabeling: the target's own, the group's, then the job's defaults where nothing is set. */
export function discoveredLabels(target: Labels, group: Labels, config: ScrapeConfig): Labels {
  const builder = new LabelBuilder(target);
  const setDefault = (name: string, value: string): void => {
    if (builder.get(name) === '') builder.set(name, value);
  };
  for (const [name, value] of group) if (!target.has(name)) builder.set(name, value);
  setDefault('job', config.jobName);
  setDefault('__scrape_interval__', formatDuration(config.scrapeIntervalMs));
  setDefault('__scrape_timeout__', formatDuration(config.scrapeTimeoutMs));
  setDefault('__metrics_path__', config.metricsPath);
  setDefault('__scheme__', config.scheme);
  for (const [name, values] of Object.entries(config.params)) {
    if (values[0] !== undefined) setDefault(PARAM_PREFIX + name, values[0]);
  }
  return builder.labels();
}

/** @throws ScrapeError `scrape/target-invalid` when relabeling leaves something that cannot be scraped */
export function populateLabels(discovered: Labels, relabel: Relabeler): PopulatedLabels {
  const builder = new LabelBuilder(discovered);
  if (!relabel(builder)) return { discovered, labels: undefined };
  const address = builder.get('__address__');
  if (address === '') throw invalid('no address');
  if (address.includes('/')) throw invalid(`"${address}" is not a valid hostname`);
  checkTiming(builder);
  for (const [name] of builder.entries()) if (name.startsWith(META_PREFIX)) builder.delete(name);
  if (builder.get('instance') === '') builder.set('instance', address);
  return { discovered, labels: builder.labels() };
}

function checkTiming(builder: LabelBuilder): void {
  const interval = durationOf(builder, '__scrape_interval__', 'scrape interval');
  const timeout = durationOf(builder, '__scrape_timeout__', 'scrape timeout');
  if (timeout > interval) {
    const texts = `"${builder.get('__scrape_timeout__')}" > "${builder.get('__scrape_interval__')}"`;
    throw invalid(`scrape timeout cannot be greater than scrape interval (${texts})`);
  }
}

function durationOf(builder: LabelBuilder, label: string, what: string): number {
  const text = builder.get(label);
  const value = parseDurationMs(text);
  if (value === undefined) throw invalid(`error parsing ${what}: not a valid duration string: "${text}"`);
  if (value === 0) throw invalid(`${what} cannot be 0`);
  return value;
}

function invalid(message: string): ScrapeError {
  return new ScrapeError('scrape/target-invalid', message, {
    hint: 'look at the relabel_configs of the job and at what its service discovery returns',
  });
}
