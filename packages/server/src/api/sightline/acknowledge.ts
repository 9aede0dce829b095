/** `/api/sightline/v1/alerts/:fingerprint/acknowledge` and `/api/sightline/v1/incidents`. Shapes: @sightline/api-types. */
import type { AcknowledgeResult, AlertIncidents } from '@sightline/api-types';
import type { Acknowledgements } from '../../alerting/beyond/acknowledgements.ts';
import type { Incidents } from '../../alerting/beyond/incidents.ts';
import { AlertingError } from '../../alerting/errors.ts';
import type { HttpInput, HttpOutput } from '../../lib/http.ts';
import { HttpError } from '../../lib/http-error.ts';
import { ApiError } from '../http/errors.ts';
import { get, post, type Route } from '../http/route.ts';
import { json } from './json-answer.ts';
import { JsonBody } from './json-body.ts';

export interface AcknowledgeRoutesOptions {
  readonly acknowledgements: Pick<Acknowledgements, 'acknowledge' | 'withdraw'>;
  readonly incidents: Pick<Incidents, 'list'>;
}

const MAX_NOTE = 4_000;
const MAX_NAME = 200;

export function acknowledgeRoutes({ acknowledgements, incidents }: AcknowledgeRoutesOptions): Route[] {
  const path = '/api/sightline/v1/alerts/:fingerprint/acknowledge';
  const list = async (): Promise<HttpOutput> => {
    const answer: AlertIncidents = { incidents: incidents.list() };
    return json(answer);
  };
  return [
    post(path, (input) => acknowledge(input, acknowledgements), 'json'),
    { methods: ['DELETE'], path, errors: 'json', handler: (input) => withdraw(input, acknowledgements) },
    get('/api/sightline/v1/incidents', list),
  ];
}

type Marks = AcknowledgeRoutesOptions['acknowledgements'];

async function acknowledge(input: HttpInput, acknowledgements: Marks): Promise<HttpOutput> {
  const body = await JsonBody.read(input);
  const by = readName(body.text('by'));
  const note = body.has('note') ? body.text('note').trim() : '';
  if (note.length > MAX_NOTE) throw new ApiError('bad_data', `"note" has more than ${MAX_NOTE} characters`);
  const fingerprint = input.params['fingerprint'] ?? '';
  const acknowledgement = await refusable(() => acknowledgements.acknowledge(fingerprint, by, note));
  const answer: AcknowledgeResult = { acknowledgement };
  return json(answer);
}

async function withdraw(input: HttpInput, acknowledgements: Marks): Promise<HttpOutput> {
  const by = input.query.get('by');
  const name = by === null ? input.remoteAddress : readName(by);
  await refusable(() => acknowledgements.withdraw(input.params['fingerprint'] ?? '', name));
  const answer: AcknowledgeResult = { acknowledgement: null };
  return json(answer);
}

function readName(text: string): string {
  const name = text.trim();
  if (name === '' || name.length > MAX_NAME) throw new ApiError('bad_data', `"by" needs 1 to ${MAX_NAME} characters`);
  return name;
}

async function refusable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AlertingError)) throw error;
    throw new HttpError(error.code === 'alert_not_firing' ? 404 : 409, error.message, { cause: error });
  }
}
