/** `/api/v1/query_exemplars`. */
import { formatFloat, type Matcher } from '@sightline/model';
import { childrenOf, type Expr, parseExpr } from '@sightline/promql';
import type { HttpInput, HttpOutput } from '../../lib/http.ts';
import type { MetricReader } from '../../storage/metric-store.ts';
import { ApiError } from '../http/errors.ts';
import { getOrPost, type Route } from '../http/route.ts';
import { success } from './envelope.ts';
import { readParams, TRUNCATED, timeBounds } from './params.ts';

/** Exemplars of one answer, as many as the store gives. */
const MAX_EXEMPLARS = 10_000;

export function exemplarRoutes(reader: MetricReader): Route[] {
  return [getOrPost('/api/v1/query_exemplars', (input) => exemplarQuery(input, reader))];
}

async function exemplarQuery(input: HttpInput, reader: MetricReader): Promise<HttpOutput> {
  const params = await readParams(input);
  const { startMs, endMs } = timeBounds(params);
  if (endMs < startMs) throw new ApiError('bad_data', 'end timestamp must not be before start timestamp');
  const matcherSets = selectorsOf(parseExpr(params.get('query') ?? ''));
  if (matcherSets.length === 0) return { status: 204 };
  const series = await reader.exemplars({ matcherSets, startMs, endMs, limit: MAX_EXEMPLARS }, input.signal);
  const count = series.reduce((sum, { exemplars }) => sum + exemplars.length, 0);
  const notes = count < MAX_EXEMPLARS ? {} : { warnings: [TRUNCATED] };
  return success(
    series.map(({ labels, exemplars }) => ({
      seriesLabels: labels,
      exemplars: exemplars.map((exemplar) => ({
        labels: exemplar.labels,
        value: formatFloat(exemplar.value),
        timestamp: exemplar.timestamp / 1e3,
      })),
    })),
    notes,
  );
}

/** The matchers of every selector in the expression. */
function selectorsOf(expr: Expr): Matcher[][] {
  if (expr.kind === 'vectorSelector') return [[...expr.matchers]];
  return childrenOf(expr).flatMap(selectorsOf);
}
