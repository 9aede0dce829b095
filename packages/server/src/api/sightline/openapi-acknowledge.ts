/** Paths of acknowledgements and incidents in the OpenAPI document. */
import { list, NUMBER, object, operation, type Schema, TEXT } from './openapi-schema.ts';

const ACKNOWLEDGEMENT: Schema = { ...object({ by: TEXT, note: TEXT, timeMs: NUMBER }), type: ['object', 'null'] };
const RESULT = object({ acknowledgement: ACKNOWLEDGEMENT });
const PATH = '/api/sightline/v1/alerts/{fingerprint}/acknowledge';
const BY = { name: 'by', description: 'Who takes it back; the address of the client when it is not given' };

export const ACKNOWLEDGE_PATHS: Readonly<Record<string, Schema>> = {
  [PATH]: {
    post: operation('Takes a firing alert over until it is over: by, note', RESULT, [], PATH),
    delete: operation('Takes the acknowledgement back', RESULT, [BY], PATH),
  },
  '/api/sightline/v1/incidents': {
    get: operation(
      'Alerts that began together, the newest incident first',
      object({ incidents: list(object({ id: TEXT, title: TEXT, startedMs: NUMBER, fingerprints: list(TEXT) })) }),
    ),
  },
};
