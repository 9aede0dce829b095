/** `/api/v1/targets` and `/api/v1/scrape_pools`: what is scraped and how it goes. */
import type { TargetsData } from '@sightline/api-types';
import type { HttpInput, HttpOutput } from '../../lib/http.ts';
import { get, type Route } from '../http/route.ts';
import { success } from './envelope.ts';

/** The scrape manager, as the API needs it. */
export interface TargetSource {
  /** Every target, in the order of its pools. */
  targets(): TargetsData;
}

export function targetRoutes(source: TargetSource): Route[] {
  return [
    get('/api/v1/targets', async (input) => targets(input, source)),
    get('/api/v1/scrape_pools', async () => success({ scrapePools: poolNames(source.targets()) })),
  ];
}

function targets(input: HttpInput, source: TargetSource): HttpOutput {
  const state = (input.query.get('state') ?? '').toLowerCase();
  const pool = input.query.get('scrapePool') ?? '';
  const isWanted = (target: { readonly scrapePool: string }) => pool === '' || target.scrapePool === pool;
  const all = source.targets();
  const isEvery = state === '' || state === 'any';
  const hasDropped = isEvery || state === 'dropped';
  const data: TargetsData = {
    activeTargets: isEvery || state === 'active' ? all.activeTargets.filter(isWanted) : [],
    droppedTargets: hasDropped ? all.droppedTargets.filter(isWanted) : [],
    droppedTargetCounts: hasDropped ? all.droppedTargetCounts : {},
  };
  return success(data);
}

function poolNames({ activeTargets, droppedTargetCounts }: TargetsData): string[] {
  return [
    ...new Set([...activeTargets.map((target) => target.scrapePool), ...Object.keys(droppedTargetCounts)]),
  ].sort();
}
