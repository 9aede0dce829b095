/** Wire formats to and from the model. No I/O. */
export { ExpositionError } from './exposition/exposition-error.ts';
export type { ExpositionErrorCode, ExpositionErrorDetail } from './exposition/exposition-error.ts';
export { parseGoFloat } from './exposition/float.ts';
export { formatOfContentType, parseExposition } from './exposition/parse.ts';
export { renderExposition } from './exposition/render.ts';
export type { RenderedSample, RenderOptions } from './exposition/render.ts';
export { formatOpenMetricsFloat, normalizeFloatLabels, parseSeries } from './exposition/series.ts';
export type { ExpositionFormat, ExpositionSink, ParseSeries } from './exposition.ts';
export { ProtobufError } from './protobuf/protobuf-error.ts';
export type { ProtobufErrorCode } from './protobuf/protobuf-error.ts';
export { remoteWriteVersion } from './remote-write/content-type.ts';
export type { RemoteWriteVersion } from './remote-write/content-type.ts';
export { decodeWriteRequest } from './remote-write/decode.ts';
export { encodeWriteRequestV1, encodeWriteRequestV2 } from './remote-write/encode.ts';
export type { SeriesToWrite } from './remote-write/encode.ts';
export type { RemoteWriteSink } from './remote-write/sink.ts';
