/** Help for tests of PromQL: an in-memory source and the runner of test scripts. */
export { MemorySource } from './memory-source.ts';
export type { MemorySample } from './memory-source.ts';
export { runScript } from './promqltest/run.ts';
export type { ScriptReport } from './promqltest/run.ts';
export { parseMetric as parseLabels, parseSeriesLine } from '../series-notation.ts';
export type { SeriesLine, SeriesValue } from '../series-notation.ts';
