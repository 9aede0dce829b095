/** Help for tests of PromQL: an in-memory source and the runner of test scripts. */
export { MemorySource } from './memory-source.ts';
export type { MemorySample } from './memory-source.ts';
export { runScript } from './promqltest/run.ts';
export type { ScriptReport } from './promqltest/run.ts';
export { parseLabels, parseSeriesLine } from './promqltest/series.ts';
export type { SeriesLine, SeriesValue } from './promqltest/series.ts';
