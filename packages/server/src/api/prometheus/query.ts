/** `/api/v1/query`, `/api/v1/query_range`, `/api/v1/format_query`, `/api/v1/parse_query`. */
import { type Expr, exprToJson, PromqlError, parseExpr, prettifyExpr, type QueryValue } from '@sightline/promql';
import type { HttpInput, HttpOutput } from '../../lib/http.ts';
import type { QueryEngine } from '../../query/engine.ts';
import type { QueryAnswer } from '../../query/request.ts';
import { getOrPost, type Route } from '../http/route.ts';
import { success } from './envelope.ts';
import { PiecePool } from './json-bytes.ts';
import { LabelTexts } from './label-texts.ts';
import {
  invalidParam,
  limitParam,
  lookbackDelta,
  optionalDuration,
  optionalTime,
  readParams,
  requiredDuration,
  requiredTime,
  TRUNCATED,
} from './params.ts';
import { clientOf } from './query-client.ts';
import { statsJson } from './query-stats.ts';
import { type OutputOptions, queryOutput } from './result-json.ts';

export interface QueryRoutesOptions {
  readonly engine: QueryEngine;
  readonly nowMs: () => number;
}

/** What answers leave for the next ones. */
type AnswerMemory = Pick<OutputOptions, 'labelTexts' | 'pool'>;

export function queryRoutes(options: QueryRoutesOptions): Route[] {
  const memory = { labelTexts: new LabelTexts(), pool: new PiecePool() };
  return [
    getOrPost('/api/v1/query', (input) => instantQuery(input, options, memory)),
    getOrPost('/api/v1/query_range', (input) => rangeQuery(input, options, memory.pool)),
    getOrPost('/api/v1/format_query', async (input) => {
      const params = await readParams(input);
      return success(prettifyExpr(parseQuery(params, options.engine)));
    }),
    getOrPost('/api/v1/parse_query', async (input) => {
      const params = await readParams(input);
      return success(exprToJson(parseQuery(params, options.engine)));
    }),
  ];
}

async function instantQuery(
  input: HttpInput,
  { engine, nowMs }: QueryRoutesOptions,
  memory: AnswerMemory,
): Promise<HttpOutput> {
  const params = await readParams(input);
  const limit = limitParam(params);
  const timeMs = optionalTime(params, 'time', nowMs());
  const answer = await refuseBadText(engine.instant({ ...requestOf(params, input), timeMs }));
  return resultOutput(params, answer, limit, memory);
}

async function rangeQuery(input: HttpInput, { engine }: QueryRoutesOptions, pool: PiecePool): Promise<HttpOutput> {
  const params = await readParams(input);
  const limit = limitParam(params);
  const range = readRange(params);
  const answer = await refuseBadText(engine.range({ ...requestOf(params, input), range }));
  return resultOutput(params, answer, limit, { pool });
}

/** `start`, `end` and `step`. @throws ApiError */
export function readRange(params: URLSearchParams): { startMs: number; endMs: number; stepMs: number } {
  const startMs = requiredTime(params, 'start');
  const endMs = requiredTime(params, 'end');
  if (endMs < startMs) throw invalidParam('end', 'end timestamp must not be before start time');
  const stepMs = requiredDuration(params, 'step');
  if (stepMs <= 0) {
    throw invalidParam(
      'step',
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  }
  return { startMs, endMs, stepMs };
}

/** What instant and range queries have in common. @throws ApiError */
export function requestOf(params: URLSearchParams, input: HttpInput) {
  const timeoutMs = optionalDuration(params, 'timeout');
  const lookbackMs = lookbackDelta(params);
  const { signal } = input;
  return {
    text: params.get('query') ?? '',
    client: clientOf(input),
    signal,
    useCache: params.get('nocache') !== '1' && !/\bno-(?:cache|store)\b/.test(input.headers['cache-control'] ?? ''),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(lookbackMs === undefined ? {} : { lookbackMs }),
  };
}

/** A mistake in the text of the query names the parameter. */
export async function refuseBadText<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof PromqlError && error.code === 'parse_error') throw invalidParam('query', error.message);
    throw error;
  }
}

function resultOutput(params: URLSearchParams, answer: QueryAnswer, limit: number, memory: AnswerMemory): HttpOutput {
  try {
    const cut = truncate(answer.value, limit);
    const output = queryOutput(cut ?? answer.value, {
      notes: {
        warnings: cut === undefined ? answer.warnings : [...answer.warnings, TRUNCATED],
        infos: answer.infos,
      },
      stats: (params.get('stats') ?? '') === '' ? undefined : statsJson(answer.stats),
      sent: answer.sent,
      ...memory,
    });
    return { ...output, signal: answer.signal, closed: answer.close };
  } catch (error) {
    answer.close();
    throw error;
  }
}

/** The first `limit` series, or undefined when there are no more than that. */
function truncate(value: QueryValue, limit: number): QueryValue | undefined {
  if (limit === 0) return undefined;
  if (value.type === 'vector' && value.samples.length > limit) {
    return { ...value, samples: value.samples.slice(0, limit) };
  }
  if (value.type === 'matrix' && value.series.length > limit) return { ...value, series: value.series.slice(0, limit) };
  return undefined;
}

function parseQuery(params: URLSearchParams, { settings }: QueryEngine): Expr {
  try {
    const options = { enableExperimental: settings.experimentalFunctions === true };
    return parseExpr(params.get('query') ?? '', options);
  } catch (error) {
    if (error instanceof PromqlError) throw invalidParam('query', error.message);
    throw error;
  }
}
