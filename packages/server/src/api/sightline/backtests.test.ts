import type { BacktestStatus } from '@sightline/api-types';
import { expect, test } from 'vitest';
import type { BacktestTask, Backtests } from '../../alerting/backtest/backtests.ts';
import type { HttpInput } from '../../lib/http.ts';
import { BacktestError } from '../../rules/backtest/errors.ts';
import { backtestRoutes } from './backtests.ts';
import { answerMismatches } from './testing/schema-check.ts';

const STATUS: BacktestStatus = {
  id: 'a',
  state: 'done',
  progress: 1,
  error: null,
  notifications: [{ receiver: 'oncall', count: 2 }],
  rules: [
    {
      group: 'g',
      name: 'Down',
      firedCount: 1,
      firingMs: 2,
      longestMs: 2,
      notifications: [{ receiver: 'oncall', count: 2 }],
      instances: [{ labels: { alertname: 'Down' }, spans: [{ fromMs: 1, toMs: 3 }] }],
      instanceCount: 1,
      failedEvaluations: 0,
      error: null,
    },
  ],
};

function routesOf(fail?: Error) {
  const tasks: BacktestTask[] = [];
  const backtests = {
    start: async (task: BacktestTask) => {
      tasks.push(task);
      if (fail !== undefined) throw fail;
      return STATUS;
    },
    get: (id: string) => (id === 'a' ? STATUS : undefined),
    remove: async (id: string) => (id === 'a' ? STATUS : undefined),
  } as unknown as Backtests;
  const routes = backtestRoutes({ backtests, enableExperimental: false });
  const call = (method: string, body: unknown = {}, id = 'a') =>
    routes.find(({ methods }) => methods[0] === method)?.handler(inputOf(body, id));
  return { routes, tasks, call };
}

function inputOf(body: unknown, id = 'a'): HttpInput {
  return { params: { id }, body: async () => Buffer.from(JSON.stringify(body)) } as unknown as HttpInput;
}

const yaml = 'groups: [{name: g, rules: [{alert: Down, expr: up == 0}]}]';

test('answers are as the document says', async () => {
  const { routes } = routesOf();
  expect(await answerMismatches(routes, inputOf({ yaml, startMs: 1, endMs: 2 }))).toEqual([]);
});

test('a file or a rule is handed on', async () => {
  const { call, tasks } = routesOf();
  await call('POST', { yaml, startMs: 1, endMs: 2 });
  const rule = { file: 'f', group: 'g', name: 'n' };
  await call('POST', { rule, startMs: 1, endMs: 2 });
  expect(tasks).toMatchObject([
    { groups: [{ name: 'g', rules: [{ name: 'Down' }] }], only: undefined, startMs: 1, endMs: 2 },
    { groups: undefined, only: rule },
  ]);
});

test.each([
  [{ startMs: 1, endMs: 2 }, 'give either "yaml" or "rule"'],
  [{ yaml, rule: {}, startMs: 1, endMs: 2 }, 'give either "yaml" or "rule"'],
  [{ yaml, startMs: 'x', endMs: 2 }, '"startMs" is not a number'],
  [{ rule: { file: 'f' }, startMs: 1, endMs: 2 }, '"rule.group" is not a text'],
  [{ yaml: 'groups:\n  - name: g\n    rules: [{alert: A, expr: up ==}]', startMs: 1, endMs: 2 }, /^line 3: /],
])('%j is refused', async (body, message) => {
  await expect(routesOf().call('POST', body)).rejects.toThrow(message);
});

test('what cannot be begun is told with its status', async () => {
  const busy = routesOf(new BacktestError('backtest_busy', '2 backtests run already', { hint: 'wait' }));
  await expect(busy.call('POST', { yaml, startMs: 1, endMs: 2 })).rejects.toMatchObject({ status: 429 });
  const refused = routesOf(new BacktestError('backtest_refused', 'too long'));
  await expect(refused.call('POST', { yaml, startMs: 1, endMs: 2 })).rejects.toMatchObject({ code: 'bad_data' });
  await expect(routesOf().call('GET', {}, 'b')).rejects.toMatchObject({ code: 'not_found' });
  await expect(routesOf().call('DELETE', {}, 'b')).rejects.toMatchObject({ code: 'not_found' });
});
