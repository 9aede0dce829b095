/** `/api/sightline/v1/alert-history` and `silences/preview`: what fired when. Shapes: @sightline/api-types. */
import { Matcher, type MatchOp, METRIC_NAME, RegexError } from '@sightline/model';
import type { EventRecorder } from '../../alerting/events/event-recorder.ts';
import { alertHistory } from '../../alerting/history/alert-history.ts';
import { previewSilence } from '../../alerting/history/silence-preview.ts';
import type { AlertInstances } from '../../alerting/instances/alert-instances.ts';
import type { HttpInput, HttpOutput } from '../../lib/http.ts';
import { ApiError } from '../http/errors.ts';
import { get, post, type Route } from '../http/route.ts';
import { invalidParam, matcherSets } from '../prometheus/params.ts';
import { json } from './json-answer.ts';
import { JsonBody } from './json-body.ts';
import { optionalMs } from './time-param.ts';

export interface AlertHistoryRoutesOptions {
  readonly instances: AlertInstances;
  readonly events: Pick<EventRecorder, 'find'>;
  readonly nowMs: () => number;
}

const DAY_MS = 24 * 3_600_000;
const MAX_MATCHERS = 100;

export function alertHistoryRoutes(options: AlertHistoryRoutesOptions): Route[] {
  return [
    get('/api/sightline/v1/alert-history', (input) => history(input, options)),
    post('/api/sightline/v1/silences/preview', (input) => preview(input, options)),
  ];
}

async function history({ query }: HttpInput, { events, nowMs: now }: AlertHistoryRoutesOptions): Promise<HttpOutput> {
  const nowMs = now();
  const endMs = optionalMs(query, 'end') ?? nowMs;
  const startMs = optionalMs(query, 'start') ?? endMs - DAY_MS;
  if (endMs < startMs) throw invalidParam('end', 'must not be before start');
  // The name of an alert stands where a metric's would.
  const sets = matcherSets(query).map((set) =>
    set.map((matcher) =>
      matcher.name === METRIC_NAME ? new Matcher('alertname', matcher.op, matcher.value) : matcher,
    ),
  );
  const answer = await alertHistory(events, {
    startMs,
    endMs,
    nowMs,
    isWanted: (labels) =>
      sets.length === 0 || sets.some((set) => set.every((matcher) => matcher.matches(labels.get(matcher.name)))),
  });
  return json(answer);
}

async function preview(input: HttpInput, options: AlertHistoryRoutesOptions): Promise<HttpOutput> {
  const { instances, events, nowMs } = options;
  const body = await JsonBody.read(input);
  const items = body.list('matchers', MAX_MATCHERS);
  const matchers = items.map((item) => {
    const op: MatchOp = item.flag('isRegex') ? (item.flag('isEqual') ? '=~' : '!~') : item.flag('isEqual') ? '=' : '!=';
    return readMatcher(item.text('name'), op, item.text('value'));
  });
  if (matchers.length === 0 || matchers.every((matcher) => matcher.matchesEmpty())) {
    throw new ApiError('bad_data', 'at least one matcher must not match the empty string');
  }
  return json(await previewSilence(matchers, await instances.all(), events, nowMs()));
}

function readMatcher(name: string, op: MatchOp, value: string): Matcher {
  try {
    return new Matcher(name, op, value);
  } catch (error) {
    if (error instanceof RegexError) throw new ApiError('bad_data', error.message, { cause: error });
    throw error;
  }
}
