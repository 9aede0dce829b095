export type { SampleSource, SelectHint, SelectLimits, SelectRequest } from './source.ts';
