/** The `global` section: the defaults of every job. */
import { Labels } from '@sightline/model';
import type { Cursor } from '../../lib/yaml-cursor.ts';
import { UINT64 } from '../../lib/yaml-cursor.ts';
import { ObjectReader } from '../../lib/yaml-object.ts';
import { type NameScheme, type PrometheusDecode, resolvePath, warnNotRun } from './decode-kit.ts';
import { expandEnv } from './env.ts';
import { type EscapingScheme, readEscapingScheme, readNameScheme, readScrapeProtocols } from './scrape-protocols.ts';
import { readLabels } from './target-group.ts';
import type { ScrapeLimits, ScrapeProtocol } from './types.ts';

export interface GlobalSection {
  readonly scrapeIntervalMs: number;
  readonly scrapeTimeoutMs: number;
  readonly evaluationIntervalMs: number;
  readonly ruleQueryOffsetMs: number;
  readonly externalLabels: Labels;
  readonly queryLogFile: string;
  readonly scrapeProtocols: readonly ScrapeProtocol[] | undefined;
  readonly limits: ScrapeLimits;
  readonly nameScheme: NameScheme;
  readonly escapingScheme: EscapingScheme | undefined;
  readonly scrapeNativeHistograms: boolean;
}

const MINUTE = 60_000;
const DEFAULT_TIMEOUT = 10_000;

const NO_LIMITS: ScrapeLimits = {
  bodySizeBytes: 0,
  samples: 0,
  targets: 0,
  labels: 0,
  labelNameLength: 0,
  labelValueLength: 0,
  keepDroppedTargets: 0,
};

const DEFAULT_GLOBAL: GlobalSection = {
  scrapeIntervalMs: MINUTE,
  scrapeTimeoutMs: DEFAULT_TIMEOUT,
  evaluationIntervalMs: MINUTE,
  ruleQueryOffsetMs: 0,
  externalLabels: Labels.EMPTY,
  queryLogFile: '',
  scrapeProtocols: undefined,
  limits: NO_LIMITS,
  nameScheme: 'utf8',
  escapingScheme: undefined,
  scrapeNativeHistograms: false,
};

export function readGlobal(cursor: Cursor | undefined, context: PrometheusDecode): GlobalSection {
  const reader = cursor === undefined || cursor.isNull ? undefined : ObjectReader.open(cursor);
  if (reader === undefined) return DEFAULT_GLOBAL;
  const nameScheme = readNameScheme(reader) ?? 'utf8';
  const escapingScheme = readEscapingScheme(reader);
  const scrapeIntervalMs = reader.duration('scrape_interval') || MINUTE;
  const scrapeTimeoutMs = reader.duration('scrape_timeout');
  if (scrapeTimeoutMs > scrapeIntervalMs) reportTimeout(reader);
  const section: GlobalSection = {
    scrapeIntervalMs,
    scrapeTimeoutMs: scrapeTimeoutMs || Math.min(DEFAULT_TIMEOUT, scrapeIntervalMs),
    evaluationIntervalMs: reader.duration('evaluation_interval') || MINUTE,
    ruleQueryOffsetMs: reader.duration('rule_query_offset'),
    externalLabels: readExternalLabels(reader, nameScheme, context),
    queryLogFile: resolvePath(context, reader.string('query_log_file')),
    scrapeProtocols: readScrapeProtocols(reader),
    limits: readLimits(reader, NO_LIMITS),
    nameScheme,
    escapingScheme,
    scrapeNativeHistograms: reader.boolean('scrape_native_histograms'),
  };
  reader.string('scrape_failure_log_file');
  warnNotRun(reader.given('query_log_file'), '`query_log_file` is');
  warnNotRun(reader.given('scrape_failure_log_file'), '`scrape_failure_log_file` is');
  warnHistograms(reader);
  reader.finish();
  return section;
}

/** Keys about native histograms, which are not stored yet, and extra series. */
export function warnHistograms(reader: ObjectReader): void {
  for (const key of [
    'scrape_native_histograms',
    'always_scrape_classic_histograms',
    'convert_classic_histograms_to_nhcb',
    'extra_scrape_metrics',
  ]) {
    if (reader.boolean(key)) warnNotRun(reader.at(key), `\`${key}\` is`);
  }
}

export function reportTimeout(reader: ObjectReader): void {
  const isOwn = reader.isGiven('scrape_interval');
  reader.at('scrape_timeout')?.error({
    code: 'config/timeout',
    message: '`scrape_timeout` is longer than `scrape_interval`',
    hint: isOwn ? 'make it shorter than the interval' : 'give a longer `scrape_interval`, or make the timeout shorter',
  });
}

/** Limits of a scrape; 0 takes the default. */
export function readLimits(reader: ObjectReader, defaults: ScrapeLimits): ScrapeLimits {
  const count = (key: string, fallback: number) => reader.integer(key, 0, UINT64) || fallback;
  return {
    bodySizeBytes: reader.size('body_size_limit') || defaults.bodySizeBytes,
    samples: count('sample_limit', defaults.samples),
    targets: count('target_limit', defaults.targets),
    labels: count('label_limit', defaults.labels),
    labelNameLength: count('label_name_length_limit', defaults.labelNameLength),
    labelValueLength: count('label_value_length_limit', defaults.labelValueLength),
    keepDroppedTargets: count('keep_dropped_targets', defaults.keepDroppedTargets),
  };
}

function readExternalLabels(reader: ObjectReader, scheme: NameScheme, context: PrometheusDecode): Labels {
  const cursor = reader.at('external_labels');
  readLabels(cursor, scheme);
  const pairs: [string, string][] = [];
  for (const entry of cursor?.node.kind === 'map' ? (cursor.entries() ?? []) : []) {
    const value = entry.node.kind === 'scalar' ? entry.string() : undefined;
    if (value !== undefined && entry.key !== undefined)
      pairs.push([entry.key.text, expandEnv(entry, value, context.env)]);
  }
  return Labels.fromPairs(pairs);
}
