/** Wire formats to and from the model. No I/O. */
export { ExpositionError } from './exposition/exposition-error.ts';
export type { ExpositionErrorCode, ExpositionErrorDetail } from './exposition/exposition-error.ts';
export { parseGoFloat } from './exposition/float.ts';
export { formatOfContentType, parseExposition } from './exposition/parse.ts';
export { formatOpenMetricsFloat, normalizeFloatLabels, parseSeries } from './exposition/series.ts';
export type { ExpositionFormat, ExpositionSink, ParseSeries } from './exposition.ts';
