/** Decoding of either version of remote write, in steps so that a large request does not hold the event loop. */
import type { RemoteWriteVersion } from './content-type.ts';
import { walkWriteRequestV1 } from './decode-v1.ts';
import { walkWriteRequestV2 } from './decode-v2.ts';
import type { RemoteWriteSink } from './sink.ts';

/**
 * Tells `sink` what the request holds. The generator pauses about every `stepBytes` of the body; run it to its end.
 * @param body after decompression; must not change while the generator is in use
 * @throws ProtobufError (from the generator) when the body is no such message; what was told before must then be dropped
 */
export function decodeWriteRequest(
  version: RemoteWriteVersion,
  body: Buffer,
  sink: RemoteWriteSink,
  stepBytes = Number.POSITIVE_INFINITY,
): Generator<void> {
  return version === 1 ? walkWriteRequestV1(body, sink, stepBytes) : walkWriteRequestV2(body, sink, stepBytes);
}
