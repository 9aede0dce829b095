/** Rule groups that run, and what a rule would have done. */
import type { BacktestRequest, BacktestStatus, RuleCheck, RuleCheckRequest, RuleGroups } from '@sightline/api-types';
import { requestJson } from './client.ts';

const BASE = 'api/sightline/v1';

const backtestPath = (id: string): string => `${BASE}/backtests/${encodeURIComponent(id)}`;

export const ruleGroups = (signal?: AbortSignal): Promise<RuleGroups> =>
  requestJson(`${BASE}/rules`, { signal }) as Promise<RuleGroups>;

export const startBacktest = (body: BacktestRequest): Promise<BacktestStatus> =>
  requestJson(`${BASE}/backtests`, { body }) as Promise<BacktestStatus>;

export const backtestStatus = (id: string, signal?: AbortSignal): Promise<BacktestStatus> =>
  requestJson(backtestPath(id), { signal }) as Promise<BacktestStatus>;

/** Ends it and gives what it is then. */
export const cancelBacktest = (id: string): Promise<BacktestStatus> =>
  requestJson(backtestPath(id), { method: 'DELETE' }) as Promise<BacktestStatus>;

export function checkRules(yaml: string, signal?: AbortSignal): Promise<RuleCheck> {
  const body: RuleCheckRequest = { yaml };
  return requestJson(`${BASE}/rules/check`, { body, signal }) as Promise<RuleCheck>;
}
