/** The error of protobuf messages that cannot be read. */
import { SightlineError } from '@sightline/model';

export type ProtobufErrorCode =
  | 'protobuf_truncated'
  | 'protobuf_malformed'
  | 'protobuf_reference'
  | 'protobuf_utf8'
  | 'protobuf_too_many';

export class ProtobufError extends SightlineError<ProtobufErrorCode> {}
