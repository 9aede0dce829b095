/** What the lint pass says and what it may be told. Errors of the language itself are not here: collectErrors has them. */
import type { Matcher } from '@sightline/model';
import type { Span } from '../parser/ast.ts';

export type LintSeverity = 'error' | 'warning' | 'info';

/**
 * Stable names of the rules. `error` findings can never give a useful answer, `warning` ones nearly never do, `info` ones are
 * advice.
 */
export type LintCode =
  | 'aggregated-quantiles'
  | 'averaged-quantiles'
  | 'counter-compared'
  | 'counter-without-rate'
  | 'division-by-zero'
  | 'empty-comparison'
  | 'future-offset'
  | 'histogram-without-buckets'
  | 'histogram-without-le'
  | 'histogram-without-rate'
  | 'irate-over-long-range'
  | 'matcher-matches-all'
  | 'no-series'
  | 'plain-regex'
  | 'quantile-out-of-range'
  | 'range-too-short'
  | 'rate-of-gauge'
  | 'rate-of-sum'
  | 'regex-never-matches'
  | 'regex-without-tilde'
  | 'sides-never-match'
  | 'suspicious-time'
  | 'unknown-label'
  | 'unknown-metric'
  | 'unknown-value';

/** A change of the text that removes the cause: `replacement` goes where `span` is. Spans are offsets in the linted text. */
export interface LintFix {
  /** What a button says, such as `Replace =~ by =`. */
  readonly title: string;
  readonly span: Span;
  readonly replacement: string;
}

export interface LintFinding {
  readonly code: LintCode;
  readonly severity: LintSeverity;
  /** What is wrong, one sentence without a full stop. */
  readonly message: string;
  /** How to put it right. */
  readonly hint: string;
  /** UTF-16 offsets, end exclusive. */
  readonly span: Span;
  readonly fix?: LintFix;
}

/** As metric metadata names them; anything else (`unknown`, `info`, `stateset`) says nothing about the use. */
export type LintMetricType = 'counter' | 'gauge' | 'histogram' | 'gaugehistogram' | 'summary' | (string & {});

/**
 * What the caller knows about the data; every part may be missing, and a rule that needs a missing one stays silent. The
 * objects may be shared between calls: what is derived from them is kept as long as they live.
 */
export interface LintFacts {
  /** Type by metric or metric family name (`http_requests_total`, or `http_request_duration_seconds` for its `_bucket`). */
  readonly metricTypes?: ReadonlyMap<string, LintMetricType>;
  /** Every metric name there is. Names that are not in it are unknown. */
  readonly metricNames?: ReadonlySet<string>;
  /** Every label name there is, of any metric. */
  readonly labelNames?: ReadonlySet<string>;
  /** Label names of one metric; undefined when not known. Asked once for each metric of the query. */
  readonly labelsOf?: (metric: string) => ReadonlySet<string> | undefined;
  /** Values of a label of one metric, all of them; undefined when not known. */
  readonly valuesOf?: (metric: string, label: string) => ReadonlySet<string> | undefined;
  /** Whether any series matches all of the matchers; undefined when not known. */
  readonly hasSeries?: (matchers: readonly Matcher[]) => boolean | undefined;
  /** Scrape interval in ms that holds where `scrapeIntervalOf` does not say otherwise. */
  readonly scrapeIntervalMs?: number;
  /** Scrape interval in ms of the targets that have the metric, the longest when they differ. */
  readonly scrapeIntervalOf?: (metric: string) => number | undefined;
}
