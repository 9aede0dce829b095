/** `/api/v2/silences` and `/api/v2/silence/{id}`. Source: Alertmanager api/v2/api.go and its OpenAPI schema. */
import { Matcher, type MatchOp, RegexError } from '@sightline/model';
import { AlertingError } from '../../alerting/errors.ts';
import { type Silence, type SilenceState, silenceState } from '../../alerting/silence/silence.ts';
import type { SilenceDraft, Silences } from '../../alerting/silence/silences.ts';
import type { HttpHandler, HttpInput } from '../../lib/http.ts';
import { AlertmanagerApiError, empty, json, SCHEMA_CODES, schemaError } from './answer.ts';
import { BodyReader } from './body.ts';
import { filterParam, regexMessage } from './filter.ts';

export function listSilences(silences: Silences, now: () => number): HttpHandler {
  return async ({ query }) => {
    const filter = filterParam(query);
    const nowMs = now();
    const found = [...silences].filter((silence) => filter.every((wanted) => hasMatcher(silence, wanted)));
    found.sort((a, b) => compareSilences(a, b, nowMs));
    return json(found.map((silence) => gettableSilence(silence, nowMs)));
  };
}

export function getSilence(silences: Silences, now: () => number): HttpHandler {
  return async (input) => {
    const silence = silences.get(silenceId(input));
    return silence === undefined ? empty(404) : json(gettableSilence(silence, now()));
  };
}

export function deleteSilence(silences: Silences): HttpHandler {
  return async (input) => {
    const id = silenceId(input);
    try {
      await silences.expire(id, 'api');
    } catch (error) {
      if (!(error instanceof AlertingError)) throw error;
      if (error.code === 'silence_not_found') return empty(404);
      // Ending what has ended already changes nothing.
      if (error.code !== 'silence_expired') throw new AlertmanagerApiError(500, error.message);
    }
    return empty();
  };
}

export function postSilence(silences: Silences, now: () => number): HttpHandler {
  return async (input) => {
    const draft = await readDraft(input);
    if (draft.startsAtMs >= draft.endsAtMs) throw refusal('start time must be before end time');
    if (draft.endsAtMs < now()) throw refusal("end time can't be in the past");
    try {
      return json({ silenceID: await silences.set(draft) });
    } catch (error) {
      if (!(error instanceof AlertingError)) throw error;
      if (error.code === 'silence_not_found') throw new AlertmanagerApiError(404, 'silence not found');
      throw new AlertmanagerApiError(400, error.message);
    }
  };
}

function refusal(reason: string): AlertmanagerApiError {
  return new AlertmanagerApiError(400, `Failed to create silence: ${reason}`);
}

async function readDraft(input: HttpInput): Promise<SilenceDraft> {
  const reader = new BodyReader('silence');
  const fields = reader.object((await reader.read(input)) ?? {}, 'silence');
  const id = reader.text(fields['id'], 'id') ?? '';
  const startsAtMs = reader.time(fields['startsAt'], 'startsAt');
  const endsAtMs = reader.time(fields['endsAt'], 'endsAt');
  const comment = reader.text(fields['comment'], 'comment');
  const createdBy = reader.text(fields['createdBy'], 'createdBy');
  const annotations = reader.annotations(fields['annotations'] ?? {}, 'annotations').toObject();
  if (comment === undefined) throw reader.missing('comment');
  if (createdBy === undefined) throw reader.missing('createdBy');
  if (endsAtMs === undefined) throw reader.missing('endsAt');
  const { matchers } = fields;
  if (matchers === undefined || matchers === null) throw reader.missing('matchers');
  const items = reader.array(matchers, 'matchers');
  if (items.length === 0) throw schemaError(SCHEMA_CODES.tooFew, 'matchers in body should have at least 1 items');
  const read = items.map((item, index) => readMatcher(reader, item, index));
  if (startsAtMs === undefined) throw reader.missing('startsAt');
  return { ...(id === '' ? {} : { id }), matchers: read, startsAtMs, endsAtMs, createdBy, comment, annotations };
}

function readMatcher(reader: BodyReader, item: unknown, index: number): Matcher {
  const place = `matchers.${index}`;
  const fields = reader.object(item, place);
  const isRegex = reader.flag(fields['isRegex'], `${place}.isRegex`);
  const name = reader.text(fields['name'], `${place}.name`);
  const value = reader.text(fields['value'], `${place}.value`);
  if (isRegex === undefined) throw reader.missing(`${place}.isRegex`);
  if (name === undefined) throw reader.missing(`${place}.name`);
  if (value === undefined) throw reader.missing(`${place}.value`);
  const invalid = `silence invalid: invalid label matcher ${index}`;
  if (name === '') throw new AlertmanagerApiError(400, `${invalid}: invalid label name ""`);
  const isEqual = reader.flag(fields['isEqual'], `${place}.isEqual`) ?? true;
  try {
    return new Matcher(name, operatorOf(isEqual, isRegex), value);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    const reason = `invalid regular expression ${JSON.stringify(value)}: ${regexMessage(error, value, '')}`;
    throw new AlertmanagerApiError(400, `${invalid}: ${reason}`);
  }
}

function operatorOf(isEqual: boolean, isRegex: boolean): MatchOp {
  if (isRegex) return isEqual ? '=~' : '!~';
  return isEqual ? '=' : '!=';
}

const UUID = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

function silenceId({ params, path }: HttpInput): string {
  const id = params['id'] ?? '';
  if (id === '') throw schemaError(404, `path ${path} was not found`);
  if (UUID.test(id)) return id;
  throw schemaError(SCHEMA_CODES.type, `silenceID in path must be of type uuid: ${JSON.stringify(id)}`);
}

function hasMatcher(silence: Silence, { name, op, value }: Matcher): boolean {
  return silence.matchers.some((own) => own.name === name && own.op === op && own.value === value);
}

const STATES: readonly SilenceState[] = ['active', 'pending', 'expired'];

/** Active ones first, the next to end before others; then those that start next; then those that ended last. */
function compareSilences(a: Silence, b: Silence, nowMs: number): number {
  const state = silenceState(a, nowMs);
  const order = STATES.indexOf(state) - STATES.indexOf(silenceState(b, nowMs));
  if (order !== 0) return order;
  if (state === 'pending') return a.startsAtMs - b.startsAtMs;
  return state === 'active' ? a.endsAtMs - b.endsAtMs : b.endsAtMs - a.endsAtMs;
}

function gettableSilence(silence: Silence, nowMs: number): unknown {
  const { annotations = {} } = silence;
  return {
    id: silence.id,
    status: { state: silenceState(silence, nowMs) },
    updatedAt: new Date(silence.updatedAtMs).toISOString(),
    ...(Object.keys(annotations).length > 0 && { annotations }),
    comment: silence.comment,
    createdBy: silence.createdBy,
    endsAt: new Date(silence.endsAtMs).toISOString(),
    matchers: silence.matchers.map(({ name, op, value }) => ({
      isEqual: op === '=' || op === '=~',
      isRegex: op === '=~' || op === '!~',
      name,
      value,
    })),
    startsAt: new Date(silence.startsAtMs).toISOString(),
  };
}
