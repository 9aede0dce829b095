/** Parameters of `/api/v1/rules`: what is asked for and how much of it. Grammar and words: Prometheus 3.x web/api/v1. */
import { quote } from '@sightline/model';
import type { RuleSpec } from '../../rules/rule-file/types.ts';
import type { ApiError } from '../http/errors.ts';
import { invalidParam } from './params.ts';

export interface RulesQuery {
  readonly kinds: ReadonlySet<RuleSpec['kind']>;
  /** Names that are asked for; none is every one. */
  readonly rules: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
  readonly files: ReadonlySet<string>;
  readonly isWithoutAlerts: boolean;
  /** Groups of a page; -1: all. */
  readonly groupLimit: number;
  /** Where the page begins; '': at the first group. */
  readonly nextToken: string;
}

const KINDS: Readonly<Record<string, readonly RuleSpec['kind'][]>> = {
  '': ['alerting', 'recording'],
  alert: ['alerting'],
  record: ['recording'],
};
const BOOLEANS: Readonly<Record<string, boolean>> = {
  '': false,
  1: true,
  t: true,
  true: true,
  0: false,
  f: false,
  false: false,
};
const MAX_INT32 = 2 ** 31 - 1;

/** @throws ApiError */
export function readRulesQuery(params: URLSearchParams): RulesQuery {
  const type = (params.get('type') ?? '').toLowerCase();
  const kinds = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  if (kinds === undefined) throw invalidParam('type', `not supported value ${quote(type)}`);
  return {
    kinds: new Set(kinds),
    rules: new Set(params.getAll('rule_name[]')),
    groups: new Set(params.getAll('rule_group[]')),
    files: new Set(params.getAll('file[]')),
    isWithoutAlerts: booleanOf(params, 'exclude_alerts'),
    ...pageOf(params),
  };
}

export function unknownToken(token: string): ApiError {
  return invalidParam('group_next_token', `invalid group_next_token '${token}'. were rule groups changed?`);
}

function booleanOf(params: URLSearchParams, name: string): boolean {
  const text = (params.get(name) ?? '').toLowerCase();
  const value = Object.hasOwn(BOOLEANS, text) ? BOOLEANS[text] : undefined;
  if (value !== undefined) return value;
  throw invalidParam(name, `error converting ${name}: strconv.ParseBool: parsing ${quote(text)}: invalid syntax`);
}

function pageOf(params: URLSearchParams): { groupLimit: number; nextToken: string } {
  const text = params.get('group_limit') ?? '';
  const nextToken = params.get('group_next_token') ?? '';
  if (text === '') {
    if (nextToken === '') return { groupLimit: -1, nextToken };
    throw invalidParam('group_next_token', 'group_limit needs to be present in order to paginate over the groups');
  }
  const groupLimit = int32Of(text);
  if (groupLimit > 0) return { groupLimit, nextToken };
  throw invalidParam('group_limit', 'group_limit needs to be greater than 0');
}

function int32Of(text: string): number {
  const number = /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
  const why = number === undefined ? 'invalid syntax' : 'value out of range';
  if (number !== undefined && number <= MAX_INT32 && number >= -MAX_INT32 - 1) return number;
  throw invalidParam(
    'group_limit',
    `group_limit needs to be a valid number: strconv.ParseInt: parsing ${quote(text)}: ${why}`,
  );
}
