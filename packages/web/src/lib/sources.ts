/** The sources of data on the overview: what they are called, whether they deliver, and why nothing arrives. */
import type { IngestSource, IngestStatus, RejectedCount } from '@sightline/api-types';

/** `partly`: data arrives, but not from everywhere. */
export type SourceState = 'live' | 'partly' | 'quiet' | 'failing' | 'waiting';

export const SOURCE_NAMES: Readonly<Record<IngestSource['kind'], { readonly name: string; readonly about: string }>> = {
  host: { name: 'This host', about: 'CPU, memory, disks, network' },
  self: { name: 'Sightline', about: 'its own metrics' },
  scrape: { name: 'Scraping', about: 'Prometheus targets' },
  remote_write: { name: 'Remote write', about: 'from Prometheus or an agent' },
  import: { name: 'Import', about: 'text over HTTP' },
};

/** Longer silence than this is no longer live: twice the usual scrape interval and some. */
const QUIET_AFTER_MS = 90_000;

export function sourceState(source: IngestSource, nowMs: number): SourceState {
  const isLive = source.lastSeenMs !== null && nowMs - source.lastSeenMs <= QUIET_AFTER_MS;
  if (source.lastError !== null) return isLive ? 'partly' : 'failing';
  if (source.lastSeenMs === null) return 'waiting';
  return isLive ? 'live' : 'quiet';
}

export interface Totals {
  readonly perSecond: number;
  readonly samples: number;
  readonly liveSources: number;
  readonly newestMs: number | null;
  readonly firstMs: number | null;
}

export function totalsOf({ sources, nowMs }: IngestStatus): Totals {
  const seen = sources.flatMap(({ lastSeenMs }) => (lastSeenMs === null ? [] : [lastSeenMs]));
  const first = sources.flatMap(({ firstSeenMs }) => (firstSeenMs === null ? [] : [firstSeenMs]));
  return {
    perSecond: sources.reduce((sum, source) => sum + source.samplesPerSecond, 0),
    samples: sources.reduce((sum, source) => sum + source.samplesTotal, 0),
    liveSources: sources.filter((source) => ['live', 'partly'].includes(sourceState(source, nowMs))).length,
    newestMs: seen.length === 0 ? null : Math.max(...seen),
    firstMs: first.length === 0 ? null : Math.min(...first),
  };
}

/** A range that the data there is fills: a young instance shows minutes, not an empty hour. */
export function fittingFrom(ageMs: number): string {
  const minutes = ageMs / 60_000;
  return minutes < 2
    ? 'now-2m'
    : minutes < 5
      ? 'now-5m'
      : minutes < 15
        ? 'now-15m'
        : minutes < 30
          ? 'now-30m'
          : 'now-1h';
}

/** Why a chart of a source's own metrics is empty; null when the source says nothing about it. */
export interface Absence {
  readonly state: 'empty-never' | 'empty-range';
  readonly title: string;
  readonly detail: string;
}

/** How long after its start a collector may take to deliver its first samples. */
const FIRST_SAMPLES_MS = 60_000;
/** Rates need two samples; until then charts of rates are empty. */
const SECOND_SAMPLE_MS = 45_000;

const OWN: Readonly<Record<'host' | 'self', { readonly name: string; readonly option: string }>> = {
  host: { name: 'The host collector', option: 'host_metrics' },
  self: { name: "The collector of Sightline's own metrics", option: 'self_scrape' },
};

/**
 * Tells a collector that is off from one that has just started.
 * @param startedMs when the server started, null while that is not known
 */
export function absenceOf(
  kind: 'host' | 'self',
  status: IngestStatus | null,
  startedMs: number | null,
): Absence | null {
  const source = status?.sources.find((one) => one.kind === kind);
  if (status === null || source === undefined) return null;
  const { name, option } = OWN[kind];
  if (source.lastError !== null && source.lastSeenMs === null) {
    return { state: 'empty-never', title: `${name} fails.`, detail: source.lastError };
  }
  if (source.firstSeenMs === null) {
    const isYoung = startedMs === null || status.nowMs - startedMs < FIRST_SAMPLES_MS;
    return isYoung
      ? { state: 'empty-never', title: 'Waiting for the first samples.', detail: 'They come within a few seconds.' }
      : {
          state: 'empty-never',
          title: `${name} is off.`,
          detail: `Switch it on in sightline.yml: under ${option}, enabled: true.`,
        };
  }
  if (status.nowMs - source.firstSeenMs < SECOND_SAMPLE_MS) {
    return { state: 'empty-range', title: 'Not enough samples yet.', detail: 'A few seconds more and this fills.' };
  }
  return null;
}

export interface Cause {
  readonly title: string;
  readonly fix: string;
}

const REASONS: readonly (readonly [RegExp, string])[] = [
  [
    /too_old|out_of_bounds|too_far|future|time/,
    'The clock of the sender is off, or the samples are outside the retention. Compare `date -u` on both machines.',
  ],
  [/limit|too_many|cardinality/, 'A limit was reached. System, Storage shows which metric has the most series.'],
  [
    /duplicate|conflict|out_of_order/,
    'Two senders deliver the same series. Give each its own `external_labels` or `instance`.',
  ],
  [
    /label|name|invalid|parse|syntax|decode|malformed/,
    'The sender writes names or a format that is not valid. Its own log shows the line.',
  ],
  [/auth|401|403|token/, 'The sender has no valid token. Check its `authorization` section.'],
  [
    /415|content_type|encoding/,
    'The sender uses another format: remote write is protobuf with snappy, import is text.',
  ],
];

/** The most likely reasons that a source delivers nothing, those with counted refusals first. */
export function likelyCauses(rejected: readonly RejectedCount[], hasError: IngestSource | undefined): Cause[] {
  const counted = [...rejected]
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, 2)
    .map(({ source, reason, count }) => ({
      title: `${count.toLocaleString('en')} refused from ${source}: ${reason.replaceAll('_', ' ')}`,
      fix: REASONS.find(([pattern]) => pattern.test(reason))?.[1] ?? 'System, Ingest shows how the count develops.',
    }));
  const failing =
    hasError?.lastError === undefined || hasError.lastError === null
      ? []
      : [{ title: hasError.lastError, fix: 'System, Targets shows each target with its last error.' }];
  const common: Cause[] = [
    {
      title: 'The address is wrong',
      fix: 'Sightline listens on loopback unless told otherwise: from another machine start it with --listen.',
    },
    {
      title: 'The configuration was not loaded',
      fix: 'Changes to the file take effect after a reload: kill -HUP, or POST /-/reload. System, About shows the last result.',
    },
    { title: 'A firewall or proxy is in between', fix: 'Try the curl command above from the machine that sends.' },
  ];
  return [...failing, ...counted, ...common].slice(0, 3);
}
