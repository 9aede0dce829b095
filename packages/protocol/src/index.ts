export type { ExpositionFormat, ExpositionSink, ParseSeries } from './exposition.ts';
