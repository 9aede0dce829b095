/** Paths of rules, backtests and receivers in the OpenAPI document. */
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

const FLAG: Schema = { type: 'boolean' };
const LABEL_SET: Schema = { type: 'object', additionalProperties: TEXT };

const RULE = object({
  kind: choice('alerting', 'recording'),
  name: TEXT,
  expr: TEXT,
  forMs: NUMBER,
  keepFiringForMs: NUMBER,
  labels: LABEL_SET,
  annotations: LABEL_SET,
  health: choice('unknown', 'ok', 'err'),
  state: TEXT_OR_NULL,
  pending: NUMBER,
  firing: NUMBER,
  evaluations: list(object({ timeMs: NUMBER, seconds: NUMBER, samples: NUMBER, error: TEXT_OR_NULL })),
});

const RULE_GROUPS = object({
  nowMs: NUMBER,
  groups: list(
    object({
      file: TEXT,
      name: TEXT,
      intervalMs: NUMBER,
      limit: NUMBER,
      missedEvaluations: NUMBER,
      lastEvaluationMs: NUMBER_OR_NULL,
      lastSeconds: NUMBER,
      rules: list(RULE),
    }),
  ),
});

const INTEGRATION = object({
  name: TEXT,
  index: NUMBER,
  sendResolved: FLAG,
  target: TEXT,
  lastResult: { ...object({ timeMs: NUMBER, isOk: FLAG, error: TEXT }), type: ['object', 'null'] },
  sentTotal: NUMBER,
  failedTotal: NUMBER,
});

const ROUTE = object({
  id: TEXT,
  receiver: TEXT,
  matchers: list(TEXT),
  continue: FLAG,
  // A list of label names, or `...`.
  groupBy: { type: ['array', 'string'], items: TEXT },
  groupWaitMs: NUMBER,
  groupIntervalMs: NUMBER,
  repeatIntervalMs: NUMBER,
  muteTimeIntervals: list(TEXT),
  activeTimeIntervals: list(TEXT),
  mutedBy: list(TEXT),
  // Routes again.
  routes: list({ type: 'object' }),
});

const NOTIFY_STATUS = object({
  nowMs: NUMBER,
  configFile: TEXT,
  receivers: list(object({ name: TEXT, integrations: list(INTEGRATION), isUsed: FLAG })),
  route: ROUTE,
  escalations: list(
    object({
      name: TEXT,
      matchers: list(TEXT),
      steps: list(object({ afterMs: NUMBER, receiver: TEXT, activeTimeIntervals: list(TEXT) })),
    }),
  ),
});

const ROUTE_TEST = object({ matches: list(object({ routeId: TEXT, receiver: TEXT, groupLabels: LABEL_SET })) });

const RECEIVER_TEST = object({
  results: list(object({ integration: TEXT, isOk: FLAG, error: TEXT, ms: NUMBER })),
});

const COUNTS = list(object({ receiver: TEXT, count: NUMBER }));

const BACKTEST_STATUS = object({
  id: TEXT,
  state: choice('running', 'done', 'failed', 'canceled'),
  progress: NUMBER,
  error: TEXT_OR_NULL,
  notifications: COUNTS,
  rules: list(
    object({
      group: TEXT,
      name: TEXT,
      firedCount: NUMBER,
      firingMs: NUMBER,
      longestMs: NUMBER,
      notifications: COUNTS,
      instances: list(object({ labels: LABEL_SET, spans: list(object({ fromMs: NUMBER, toMs: NUMBER })) })),
      instanceCount: NUMBER,
      failedEvaluations: NUMBER,
      error: TEXT_OR_NULL,
    }),
  ),
});

const BACKTEST_PATH = '/api/sightline/v1/backtests/{id}';
const TEST_PATH = '/api/sightline/v1/notify/receivers/{name}/test';

export const RULE_PATHS: Readonly<Record<string, Readonly<Record<string, Schema>>>> = {
  '/api/sightline/v1/rules': { get: operation('Rule groups with their last evaluations', RULE_GROUPS) },
  '/api/sightline/v1/backtests': {
    post: operation('Begins to compute when the alerting rules of the body would have fired', BACKTEST_STATUS),
  },
  [BACKTEST_PATH]: {
    get: operation('How far a backtest is, and its result', BACKTEST_STATUS, [], BACKTEST_PATH),
    delete: operation('Cancels a backtest that runs, forgets one that is over', BACKTEST_STATUS, [], BACKTEST_PATH),
  },
  '/api/sightline/v1/notify': { get: operation('Receivers, what they last did, and the routing tree', NOTIFY_STATUS) },
  '/api/sightline/v1/notify/route': {
    post: operation('The routes that an alert with the labels of the body takes', ROUTE_TEST),
  },
  [TEST_PATH]: {
    post: operation('Sends a test message to every integration of a receiver', RECEIVER_TEST, [], TEST_PATH),
  },
};
