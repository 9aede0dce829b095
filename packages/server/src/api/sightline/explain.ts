/** `/api/sightline/v1/explain`: runs a query and tells what each part of it took. Shapes: @sightline/api-types. */
import type { ExplainFinding, ExplainResult } from '@sightline/api-types';
import { lintExpr, type LintFinding } from '@sightline/promql';
import type { HttpInput, HttpOutput } from '../../lib/http.ts';
import type { Explained, QueryEngine } from '../../query/engine.ts';
import { explainTree } from '../../query/explain-tree.ts';
import { lintFactsOf } from '../../query/lint-facts.ts';
import type { MetricReader } from '../../storage/metric-store.ts';
import { getOrPost, type Route } from '../http/route.ts';
import { optionalTime, readParams } from '../prometheus/params.ts';
import { readRange, refuseBadText, requestOf } from '../prometheus/query.ts';

export interface ExplainRoutesOptions {
  readonly engine: QueryEngine;
  readonly reader: MetricReader;
  /** Of the running configuration. */
  readonly scrapeIntervalMs: () => number;
  readonly nowMs: () => number;
}

const HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' } as const;

export function explainRoutes(options: ExplainRoutesOptions): Route[] {
  return [getOrPost('/api/sightline/v1/explain', (input) => explain(input, options))];
}

async function explain(input: HttpInput, options: ExplainRoutesOptions): Promise<HttpOutput> {
  const { engine, nowMs } = options;
  const params = await readParams(input);
  const request = requestOf(params, input);
  const isRange = params.has('step');
  const range = isRange ? readRange(params) : undefined;
  const timeMs = optionalTime(params, 'time', nowMs());
  const explained = await refuseBadText(engine.explain({ ...request, ...(range ? { range } : { timeMs }) }));
  try {
    const { startMs, endMs, stepMs } = range ?? { startMs: timeMs, endMs: timeMs, stepMs: 0 };
    const bounds = { kind: isRange ? ('range' as const) : ('instant' as const), startMs, endMs, stepMs };
    const findings = await findingsOf(explained, { startMs, endMs }, input.signal, options);
    const body = JSON.stringify(resultOf(request.text, bounds, explained, findings));
    explained.answer.sent(Buffer.byteLength(body));
    return { status: 200, headers: HEADERS, body };
  } finally {
    explained.answer.close();
  }
}

async function findingsOf(
  { expr }: Explained,
  bounds: { readonly startMs: number; readonly endMs: number },
  signal: AbortSignal,
  { reader, scrapeIntervalMs }: ExplainRoutesOptions,
): Promise<ExplainFinding[]> {
  const facts = await lintFactsOf(expr, { reader, signal, ...bounds, scrapeIntervalMs: scrapeIntervalMs() });
  return lintExpr(expr, facts).map(findingOf);
}

function findingOf({ code, severity, message, hint, span, fix }: LintFinding): ExplainFinding {
  return { code, severity, message, hint, span: spanOf(span), fix: fix ? { ...fix, span: spanOf(fix.span) } : null };
}

function spanOf({ start, end }: { readonly start: number; readonly end: number }) {
  return { start, end };
}

function resultOf(
  query: string,
  bounds: Pick<ExplainResult, 'kind' | 'startMs' | 'endMs' | 'stepMs'>,
  { expr, trace, answer }: Explained,
  findings: readonly ExplainFinding[],
): ExplainResult {
  const { stats, warnings, infos } = answer;
  return {
    query,
    ...bounds,
    totals: {
      parseMs: stats.parseSeconds * 1e3,
      waitMs: stats.queueSeconds * 1e3,
      readMs: stats.readSeconds * 1e3,
      evalMs: stats.innerSeconds * 1e3,
      samplesRead: stats.samplesRead,
      seriesRead: stats.seriesRead,
      peakBytes: stats.peakBytes,
      resultSeries: stats.resultSeries,
      resultSamples: stats.resultSamples,
    },
    tree: explainTree(expr, trace),
    findings,
    warnings,
    infos,
  };
}
