/** The words every other package speaks: labels, matchers, samples, durations, numbers. No I/O. */
export { formatDuration, parseDurationMs } from './duration.ts';
export { SightlineError } from './errors.ts';
export type { SightlineErrorOptions } from './errors.ts';
export {
  compareLabels,
  compareStrings,
  isLegacyLabelName,
  isLegacyMetricName,
  Labels,
  METRIC_NAME,
  quote,
} from './labels.ts';
export { Matcher } from './matcher.ts';
export type { MatchOp } from './matcher.ts';
export { formatFloat, formatFloatG, formatFloatPlain } from './number.ts';
export { compileAnchored, compileSearch, expandTemplate, MAX_REGEX_LENGTH, RegexError } from './regex.ts';
export type { AnchoredRegex, SearchRegex } from './regex.ts';
export { ColumnBlock, EMPTY_BLOCK } from './samples.ts';
export type { Exemplar, MetricMetadata, MetricType, SampleBlock, SampleCursor } from './samples.ts';
export { isStaleMarker, isStaleMarkerBytes, staleMarkerBytes, writeStaleMarker } from './stale.ts';
export { nextTurn } from './turns.ts';
