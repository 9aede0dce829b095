/** PromQL: parser, printer and evaluator over a sample source. */
export { PromqlError, positionOf } from './errors.ts';
export type { PromqlErrorCode, PromqlPosition } from './errors.ts';
export { collectErrors, parseExpr, parseSelector } from './parser/index.ts';
export type { ParseOptions } from './parser/index.ts';
export { childrenOf, typeOf } from './parser/ast.ts';
export type * from './parser/ast.ts';
export { AGGREGATIONS, FUNCTIONS } from './parser/functions.ts';
export type { AggregationSignature } from './parser/functions.ts';
export type { SampleSource, SelectHint, SelectLimits, SelectRequest } from './source.ts';
export { SourceLimitError } from './source.ts';
export { evaluateInstant, evaluateRange } from './eval/index.ts';
export type {
  EvaluateOptions,
  InstantSample,
  QueryRange,
  QueryResult,
  QueryStats,
  QueryValue,
  RangeSeries,
} from './eval/index.ts';
export { QueryTrace } from './eval/trace.ts';
export type { NodeTrace, SelectTrace } from './eval/trace.ts';
export type { EvaluateLimits } from './eval/context.ts';
export { formatExpr, prettifyExpr } from './parser/print.ts';
export { exprToJson } from './parser/json.ts';
export { lintExpr } from './lint/index.ts';
export type { LintCode, LintFacts, LintFinding, LintFix, LintMetricType, LintSeverity } from './lint/finding.ts';
export { expandItem, parseMetric, parseSeriesItems } from './series-notation.ts';
export type { SeriesItem, SeriesValue } from './series-notation.ts';
export { outputLabelsOf } from './analysis/output-labels.ts';
export { isSplittable, timeDependenceOf } from './analysis/time-dependence.ts';
export type { FixedWindow, TimeDependence } from './analysis/time-dependence.ts';
