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

const ALERT_PATH = '/api/sightline/v1/alerts/{fingerprint}';

export const ALERT_PATHS: Readonly<Record<string, Schema>> = {
  '/api/sightline/v1/alerts': { get: operation('Alerts with what holds them back, worst first', ALERT_LIST) },
  [ALERT_PATH]: { get: operation('One alert, its states, what was decided about it', ALERT_DETAIL, [], ALERT_PATH) },
};
