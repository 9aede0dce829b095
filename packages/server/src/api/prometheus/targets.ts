/** `/api/v1/targets` and `/api/v1/scrape_pools`: what is scraped and how it goes. */
import type { TargetsData } from '@sightline/api-types';
import type { Labels, MetricMetadata } from '@sightline/model';
import type { HttpInput, HttpOutput } from '../../lib/http.ts';
import { get, type Route } from '../http/route.ts';
import { success } from './envelope.ts';
import { countParam, parseMatchParam } from './params.ts';

/** The scrape manager, as the API needs it. */
export interface TargetSource {
  /** Every target, in the order of its pools. */
  targets(): TargetsData;
  /** Metric families by target. */
  metadata(): Iterable<{ readonly labels: Labels; readonly families: readonly MetricMetadata[] }>;
}

export function targetRoutes(source: TargetSource): Route[] {
  return [
    get('/api/v1/targets', async (input) => targets(input, source)),
    get('/api/v1/targets/metadata', async (input) => targetMetadata(input, source)),
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

interface MetadataOfTarget {
  readonly target: Labels;
  /** Only when no metric was asked for. */
  readonly metric?: string;
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}

function targetMetadata(input: HttpInput, source: TargetSource): HttpOutput {
  const { query } = input;
  const limit = countParam(query, 'limit') ?? -1;
  const selector = query.get('match_target') ?? '';
  const matchers = selector === '' ? [] : parseMatchParam('match_target', selector);
  const wanted = query.get('metric') ?? '';
  const found: MetadataOfTarget[] = [];
  for (const { labels, families } of source.metadata()) {
    if (limit >= 0 && found.length >= limit) break;
    if (!matchers.every((matcher) => matcher.matches(labels.get(matcher.name)))) continue;
    for (const { name, type, help, unit } of families) {
      if (wanted === '') found.push({ target: labels, metric: name, type, help, unit });
      else if (name === wanted) found.push({ target: labels, type, help, unit });
    }
  }
  return success(found);
}
