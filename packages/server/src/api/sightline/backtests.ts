/** `/api/sightline/v1/backtests`: what alerting rules would have done. Shapes: @sightline/api-types. */
import type { BacktestStatus } from '@sightline/api-types';
import type { Backtests } from '../../alerting/backtest/backtests.ts';
import { HttpError } from '../../lib/http-error.ts';
import type { HttpInput } from '../../lib/http.ts';
import { BacktestError } from '../../rules/backtest/errors.ts';
import { loadRuleFile } from '../../rules/rule-file/load.ts';
import type { RuleGroupSpec } from '../../rules/rule-file/types.ts';
import { ApiError } from '../http/errors.ts';
import { get, post, type Route } from '../http/route.ts';
import { json } from './json-answer.ts';
import { JsonBody } from './json-body.ts';

export interface BacktestRoutesOptions {
  readonly backtests: Backtests;
  readonly enableExperimental: boolean;
}

/** Read in one go, without a break for others. */
const MAX_YAML_LENGTH = 262_144;
/** Mistakes of a file that are told. */
const MAX_MISTAKES = 20;

export function backtestRoutes(options: BacktestRoutesOptions): Route[] {
  const path = '/api/sightline/v1/backtests';
  const { backtests } = options;
  return [
    post(path, async (input) => json(await start(input, options))),
    get(`${path}/:id`, async ({ params }) => json(known(backtests.get(params['id'] ?? ''), params['id']))),
    {
      methods: ['DELETE'],
      path: `${path}/:id`,
      errors: 'json',
      handler: async ({ params }) => json(known(await backtests.remove(params['id'] ?? ''), params['id'])),
    },
  ];
}

function known(status: BacktestStatus | undefined, id = ''): BacktestStatus {
  if (status === undefined)
    throw new ApiError('not_found', `there is no backtest ${id}; the results of the last 20 are kept`);
  return status;
}

async function start(input: HttpInput, options: BacktestRoutesOptions): Promise<BacktestStatus> {
  const body = await JsonBody.read(input);
  if (body.has('yaml') === body.has('rule')) throw new ApiError('bad_data', 'give either "yaml" or "rule"');
  const only = body.has('rule') ? ruleOf(body.object('rule')) : undefined;
  const groups = body.has('yaml') ? groupsOf(body.text('yaml'), options.enableExperimental) : undefined;
  try {
    return await options.backtests.start({
      groups,
      only,
      startMs: body.number('startMs'),
      endMs: body.number('endMs'),
    });
  } catch (error) {
    throw error instanceof BacktestError ? refusalOf(error) : error;
  }
}

function ruleOf(body: JsonBody) {
  return { file: body.text('file'), group: body.text('group'), name: body.text('name') };
}

function groupsOf(text: string, enableExperimental: boolean): readonly RuleGroupSpec[] {
  if (text.length > MAX_YAML_LENGTH)
    throw new ApiError('bad_data', `the file is longer than ${MAX_YAML_LENGTH} characters: test its groups one by one`);
  const { groups, diagnostics } = loadRuleFile({ file: 'rules.yml', text, enableExperimental });
  if (groups !== undefined) return groups;
  const mistakes = diagnostics.filter(({ severity }) => severity === 'error').slice(0, MAX_MISTAKES);
  const lines = mistakes.map(({ start: place, message }) => `line ${place?.line ?? 1}: ${message}`);
  throw new ApiError('bad_data', lines.join('\n'));
}

function refusalOf(error: BacktestError): Error {
  const message = error.hint === undefined ? error.message : `${error.message}: ${error.hint}`;
  return error.code === 'backtest_busy'
    ? new HttpError(429, message, { cause: error })
    : new ApiError('bad_data', message, { cause: error });
}
