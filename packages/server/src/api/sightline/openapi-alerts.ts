/** Paths of alerts in the OpenAPI document. */
import {
  choice,
  list,
  NUMBER,
  NUMBER_OR_NULL,
  object,
  operation,
  type Schema,
  TEXT,
  TEXT_OR_NULL,
} from './openapi-schema.ts';

const LABEL_SET: Schema = { type: 'object', additionalProperties: TEXT };

function nullable(schema: Schema): Schema {
  return { ...schema, type: ['object', 'null'] };
}

const ALERT = object({
  fingerprint: TEXT,
  name: TEXT,
  labels: LABEL_SET,
  annotations: LABEL_SET,
  state: choice('pending', 'firing', 'silenced', 'inhibited', 'muted', 'resolved'),
  startsAtMs: NUMBER,
  endsAtMs: NUMBER_OR_NULL,
  updatedAtMs: NUMBER,
  value: NUMBER_OR_NULL,
  expr: TEXT,
  threshold: NUMBER_OR_NULL,
  rule: nullable(object({ file: TEXT, group: TEXT, name: TEXT })),
  generatorUrl: TEXT,
  runbookUrl: TEXT,
  receivers: list(TEXT),
  silencedBy: list(TEXT),
  inhibitedBy: list(TEXT),
  mutedBy: list(TEXT),
  acknowledgement: nullable(object({ by: TEXT, note: TEXT, timeMs: NUMBER })),
  incidentId: TEXT_OR_NULL,
});

const ALERT_LIST = object({
  nowMs: NUMBER,
  alerts: list(ALERT),
  counts: object({
    pending: NUMBER,
    firing: NUMBER,
    silenced: NUMBER,
    inhibited: NUMBER,
    muted: NUMBER,
    resolved: NUMBER,
  }),
  ruleCount: NUMBER,
  lastEvaluationMs: NUMBER_OR_NULL,
  failingRules: list(object({ file: TEXT, group: TEXT, name: TEXT, error: TEXT })),
});

const SPANS = list(object({ state: choice('inactive', 'pending', 'firing'), fromMs: NUMBER, toMs: NUMBER }));

const EVENT = object({
  timeMs: NUMBER,
  kind: TEXT,
  fingerprint: TEXT,
  groupKey: TEXT,
  receiver: TEXT,
  integration: TEXT,
  actor: TEXT,
  detail: TEXT,
});

const ALERT_DETAIL = object({
  nowMs: NUMBER,
  alert: ALERT,
  states: SPANS,
  timeline: list(EVENT),
  related: list(ALERT),
  past: object({ count: NUMBER, medianMs: NUMBER_OR_NULL }),
});

const FLAG: Schema = { type: 'boolean' };

const ALERT_WHY = object({
  timeMs: NUMBER,
  labels: LABEL_SET,
  summary: TEXT,
  steps: list(
    object({
      stage: TEXT,
      outcome: choice('passed', 'held', 'sent', 'failed', 'waiting'),
      timeMs: NUMBER_OR_NULL,
      receiver: TEXT,
      integration: TEXT,
      text: TEXT,
    }),
  ),
});

const ALERT_HISTORY = object({
  startMs: NUMBER,
  endMs: NUMBER,
  rows: list(
    object({
      fingerprint: TEXT,
      name: TEXT,
      labels: LABEL_SET,
      spans: SPANS,
      firedCount: NUMBER,
      firingMs: NUMBER,
      acknowledgedAfterMs: NUMBER_OR_NULL,
    }),
  ),
  meanAcknowledgeMs: NUMBER_OR_NULL,
  meanResolveMs: NUMBER_OR_NULL,
});

const SILENCE_PREVIEW = object({ alerts: list(ALERT), lastDayCount: NUMBER, includesCritical: FLAG });

const TIME = { name: 'time', description: 'Unix milliseconds or RFC 3339; now when it is not given' };
const RANGE = [
  { name: 'start', description: 'Unix milliseconds or RFC 3339; a day before the end when it is not given' },
  { name: 'end', description: 'Unix milliseconds or RFC 3339; now when it is not given' },
  { name: 'match[]', description: 'Selector of alerts by their labels; of several, one must match' },
];

const ALERT_PATH = '/api/sightline/v1/alerts/{fingerprint}';

export const ALERT_PATHS: Readonly<Record<string, Schema>> = {
  '/api/sightline/v1/alerts': { get: operation('Alerts with what holds them back, worst first', ALERT_LIST) },
  [`${ALERT_PATH}/why`]: {
    get: operation('Why something was or was not sent about an alert', ALERT_WHY, [TIME], ALERT_PATH),
  },
  [`${ALERT_PATH}/notes`]: { post: operation('Writes a note about an alert: by, note', EVENT, [], ALERT_PATH) },
  '/api/sightline/v1/alert-history': { get: operation('Who fired when', ALERT_HISTORY, RANGE) },
  '/api/sightline/v1/silences/preview': {
    post: operation('What a silence with these matchers would keep quiet', SILENCE_PREVIEW),
  },
  [ALERT_PATH]: { get: operation('One alert, its states, what was decided about it', ALERT_DETAIL, [], ALERT_PATH) },
};
