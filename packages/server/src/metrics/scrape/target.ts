/**
 * One endpoint to scrape: its labels, its URL and how its last scrapes went. A target outlives reloads as long as its labels
 * and URL stay the same.
 */
import type { ActiveTarget, TargetDetail, TargetHealth } from '@sightline/api-types';
import { formatDuration, Labels, parseDurationMs } from '@sightline/model';
import { PARAM_PREFIX } from './target-labels.ts';

const RECENT_SCRAPES = 10;

export interface ScrapeOutcome {
  readonly atMs: number;
  readonly durationMs: number;
  readonly error: string | null;
}

/** Sizes of the last scrape. */
export interface ScrapeCounts {
  scraped: number;
  kept: number;
  seriesAdded: number;
  bodyBytes: number;
}

export interface TargetOptions {
  readonly pool: string;
  /** With the `__` labels that relabeling left. */
  readonly labels: Labels;
  readonly discovered: Labels;
  readonly url: string;
}

export class Target {
  readonly pool: string;
  readonly url: string;
  /** The labels its series get: without those that start with `__`. */
  readonly publicLabels: Labels;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Equal for the same labels and URL, also across restarts. */
  readonly key: string;
  discovered: Labels;
  counts: ScrapeCounts = { scraped: 0, kept: 0, seriesAdded: 0, bodyBytes: 0 };
  readonly #recent: ScrapeOutcome[] = [];
  #health: TargetHealth = 'unknown';

  constructor(options: TargetOptions) {
    const { labels } = options;
    this.pool = options.pool;
    this.url = options.url;
    this.discovered = options.discovered;
    this.publicLabels = withoutReserved(labels);
    this.intervalMs = parseDurationMs(labels.get('__scrape_interval__')) as number;
    this.timeoutMs = parseDurationMs(labels.get('__scrape_timeout__')) as number;
    this.key = `${labels.key}\u{10ffff}${options.url}`;
  }

  get health(): TargetHealth {
    return this.#health;
  }

  report(outcome: ScrapeOutcome, counts: ScrapeCounts): void {
    this.#health = outcome.error === null ? 'up' : 'down';
    this.counts = counts;
    this.#recent.unshift(outcome);
    if (this.#recent.length > RECENT_SCRAPES) this.#recent.pop();
  }

  /** `host` replaces a loopback name in the URL that other machines use. */
  toApi(host: string): ActiveTarget {
    const last = this.#recent[0];
    return {
      discoveredLabels: this.discovered.toObject(),
      labels: this.publicLabels.toObject(),
      scrapePool: this.pool,
      scrapeUrl: this.url,
      globalUrl: globalUrl(this.url, host),
      lastError: last?.error ?? '',
      lastScrape: last === undefined ? '0001-01-01T00:00:00Z' : new Date(last.atMs).toISOString(),
      lastScrapeDuration: (last?.durationMs ?? 0) / 1000,
      health: this.#health,
      scrapeInterval: formatDuration(this.intervalMs),
      scrapeTimeout: formatDuration(this.timeoutMs),
    };
  }

  toDetail(): TargetDetail {
    return {
      url: this.url,
      samplesScraped: this.counts.scraped,
      samplesKept: this.counts.kept,
      bodyBytes: this.counts.bodyBytes,
      seriesAdded: this.counts.seriesAdded,
      recent: [...this.#recent],
    };
  }
}

/** The URL that labels describe: `params` of the job, the first value of each replaced by its `__param_` label. */
export function targetUrl(labels: Labels, params: Readonly<Record<string, readonly string[]>>): string {
  const query = new Map<string, string[]>();
  for (const [name, values] of Object.entries(params)) query.set(name, [...values]);
  for (const [label, value] of labels) {
    if (!label.startsWith(PARAM_PREFIX)) continue;
    const name = label.slice(PARAM_PREFIX.length);
    query.set(name, [value, ...(query.get(name) ?? []).slice(1)]);
  }
  const search = new URLSearchParams();
  for (const name of [...query.keys()].sort()) for (const value of query.get(name) ?? []) search.append(name, value);
  const tail = search.size > 0 ? `?${search}` : '';
  return `${endpointUrl(labels.get('__scheme__'), labels.get('__address__'), labels.get('__metrics_path__'))}${tail}`;
}

/** A URL from labels that may hold anything. */
export function endpointUrl(scheme: string, address: string, path: string): string {
  const escaped = escapePath(path);
  return `${scheme}://${escapeHost(address)}${path.startsWith('/') || path === '' ? '' : '/'}${escaped}`;
}

/** What cannot stand in a host is written as Go writes it; such a target fails when it is scraped. */
function escapeHost(address: string): string {
  return address.replace(/[^A-Za-z0-9\-._~!$&'()*+,;=:[\]<>"]/gu, encodeURIComponent);
}

/** A `?` or `#` in the path belongs to the path. */
function escapePath(path: string): string {
  return encodeURI(path).replaceAll('?', '%3F').replaceAll('#', '%23');
}

function withoutReserved(labels: Labels): Labels {
  const flat: string[] = [];
  for (const [name, value] of labels) if (!name.startsWith('__')) flat.push(name, value);
  return Labels.fromSorted(flat);
}

function globalUrl(url: string, host: string): string {
  return url.replace(/^(https?:\/\/)(?:localhost|127\.0\.0\.1|\[::1\])(?=[:/]|$)/, `$1${host}`);
}
