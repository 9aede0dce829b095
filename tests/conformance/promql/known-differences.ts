/**
 * Where Sightline, which follows Prometheus 3, and Prometheus 2.42 differ on purpose. What the
 * answer should be is pinned by the hand-written scripts of packages/promql instead.
 */
export interface KnownDifference {
  readonly reason: string;
  /** `difference` is the line that the comparison gave. */
  readonly explains: (query: string, difference: string) => boolean;
}

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    reason: 'atan2 drops the metric name since 3.0; 2.42 keeps it',
    explains: (query) => query.includes('atan2'),
  },
  {
    reason: 'holt_winters was renamed double_exponential_smoothing in 3.0',
    explains: (query) => query.startsWith('holt_winters'),
  },
  {
    reason:
      'since 2.51 the counter zero point is applied after the half-spacing limit; it shows where a window starts in a gap ' +
      'and the first value is small against the increase, as in gauges taken for counters',
    explains: (query, difference) =>
      /(?<!i)(?:rate|increase)\(/.test(query) &&
      /(?:rate|increase)\((?!requests_total|jobs_total|latency)/.test(query) &&
      / is .*theirs/.test(difference),
  },
  {
    reason:
      '2.42 loses samples of a range at a fixed @ time after the first step, which shows where a second argument changes the ' +
      'result; fixed later',
    explains: (query) => /(?:predict_linear\(|quantile_over_time\(scalar).*@/.test(query),
  },
  {
    reason: '2.42 finds nothing for timestamp() of a selector with both offset and @',
    explains: (query) => /timestamp\([^()]*offset[^()]*@/.test(query),
  },
  {
    reason: 'standard deviation of a single NaN or infinity is NaN since 2.54; 2.42 says 0',
    explains: (query, difference) => /std(?:dev|var) /.test(query) && /is NaN, theirs 0$/.test(difference),
  },
  {
    reason: 'ambiguous matches are refused since 3.9 even when the comparison filters all but one of them out',
    explains: (query, difference) =>
      /[=<>]/.test(query) && difference.startsWith('only ours fails: multiple matches for labels:'),
  },
  {
    reason: 'in 2.42 count_values loses labels when its own label does not come last in the order of the grouping',
    explains: (query, difference) =>
      /count_values by \([^)]*,/.test(query) && /^(?:missing|extra) series/.test(difference),
  },
  {
    reason: '2.42 refuses two series that become one without their names under a minus even if they never meet',
    explains: (query, difference) =>
      query.includes('-') &&
      /^only theirs fails: vector cannot contain metrics with the same labelset/.test(difference),
  },
];

export function isKnown(query: string, difference: string): boolean {
  return KNOWN_DIFFERENCES.some((known) => known.explains(query, difference));
}
