/** Help for tests of PromQL: an in-memory source and the runner of test scripts. */
export { MemorySource } from './memory-source.ts';
export type { MemorySample } from './memory-source.ts';
