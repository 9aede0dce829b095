/** Rule queries through the query engine, in the places of the work class `rules`. */
import { Labels } from '@sightline/model';
import { type Expr, formatExpr, type InstantSample, type QueryValue } from '@sightline/promql';
import type { QueryEngine } from '../../query/engine.ts';
import { RuleError } from '../evaluate/errors.ts';
import type { RuleQuery } from '../evaluate/ports.ts';
import type { LookbackQuery } from './restore.ts';

export interface RuleQueries {
  readonly query: RuleQuery;
  readonly lookback: LookbackQuery;
}

const CLIENT = { address: '', userAgent: 'sightline rules' };

/** @param signal ends what runs: the server stops */
export function createEngineQueries(engine: Pick<QueryEngine, 'instant'>, signal: AbortSignal): RuleQueries {
  const texts = new WeakMap<Expr, string>();
  const textOf = (expr: Expr): string => {
    const text = texts.get(expr) ?? formatExpr(expr);
    texts.set(expr, text);
    return text;
  };
  const lookback: LookbackQuery = async (text, timeMs, lookbackMs) => {
    const answer = await engine.instant({ text, timeMs, lookbackMs, workClass: 'rules', client: CLIENT, signal });
    answer.close();
    return vectorOf(answer.value, timeMs);
  };
  return { lookback, query: (expr, timeMs) => lookback(typeof expr === 'string' ? expr : textOf(expr), timeMs, 0) };
}

function vectorOf(value: QueryValue, timeMs: number): readonly InstantSample[] {
  if (value.type === 'vector') return value.samples;
  if (value.type === 'scalar') return [{ labels: Labels.EMPTY, timestampMs: timeMs, value: value.value }];
  throw new RuleError('rule_result_type', 'rule result is not a vector or scalar');
}
