/** Runs the rows' queries over the page's range and puts the answers on one grid. */
import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ApiError } from '../../api/client.ts';
import { queryRange } from '../../api/prometheus.ts';
import { asApiError } from '../QueryGate.tsx';
import { useKeptAnswers } from './use-kept-answers.ts';
import { buildChartData, type ChartData, commonLabels, EMPTY_DATA, type Labels } from '../../lib/chart-data.ts';
import type { QueryRow } from '../../lib/query-rows.ts';
import { alignRange, fillVariables } from '../../lib/step.ts';

export interface RowAnswer {
  readonly ref: string;
  readonly isLoading: boolean;
  readonly error: ApiError | null;
  readonly series: number | null;
  readonly warnings: readonly string[];
  readonly attempts: number;
}

export interface RangeAnswers {
  readonly rows: readonly RowAnswer[];
  readonly data: ChartData;
  readonly common: Labels;
  readonly isFirstLoad: boolean;
  readonly isRefreshing: boolean;
  /** Old data of another range or a failed refresh. */
  readonly isStale: boolean;
  readonly points: number;
  readonly tookMs: number;
  readonly retry: () => void;
}

const nameOf = (name: ((labels: Labels) => string) | null | undefined) =>
  name === null || name === undefined ? {} : { name };

interface Options {
  readonly rows: readonly QueryRow[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
  readonly isEnabled: boolean;
  /** How each row names its series. */
  readonly names?: readonly (((labels: Labels) => string) | null)[];
}

export function useRangeQueries({ rows, fromMs, toMs, stepMs, isEnabled, names }: Options): RangeAnswers {
  const { startMs, endMs } = alignRange(fromMs, toMs, stepMs);
  const active = rows.filter(({ isOn, expr }) => isOn && expr.trim() !== '');
  const queries = useQueries({
    queries: active.map(({ expr }) => ({
      queryKey: ['range', expr, startMs, endMs, stepMs],
      queryFn: async ({ signal }: { signal: AbortSignal }) => ({
        ...(await queryRange({ expr: fillVariables(expr, stepMs, toMs - fromMs), startMs, endMs, stepMs, signal })),
        startMs,
        endMs,
        stepMs,
        expr,
      }),
      enabled: isEnabled,
    })),
  });
  const exprs = active.map(({ expr }) => expr);
  const kept = useKeptAnswers(
    exprs,
    queries.map(({ data }) => data),
  );
  const answers = kept.map(({ value }) => value);
  const fingerprint = [
    ...answers.map((answer) => `${answer?.startMs}/${answer?.stepMs}`),
    ...queries.map(({ dataUpdatedAt }) => dataUpdatedAt),
    ...exprs,
  ].join('\n');
  // The grid of the newest answer: during a reload old answers keep their own times.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the fingerprint stands for the answers, whose array is new at every render
  const { data, common } = useMemo(() => {
    const present = answers.flatMap((answer, index) =>
      answer === undefined ? [] : [{ ref: active[index]?.ref ?? 'A', ...nameOf(names?.[index]), ...answer }],
    );
    const grid = present.find((one) => one.startMs === startMs && one.stepMs === stepMs) ?? present[0];
    if (grid === undefined) return { data: EMPTY_DATA, common: {} };
    return {
      data: buildChartData(present, grid.startMs, grid.endMs, grid.stepMs),
      common: commonLabels(present.flatMap(({ matrix }) => matrix.map(({ metric }) => metric))),
    };
  }, [fingerprint, startMs, stepMs]);
  return {
    rows: active.map(({ ref }, index) => {
      const query = queries[index];
      return {
        ref,
        isLoading: query?.isFetching === true,
        error: asApiError(query?.error ?? query?.failureReason),
        series: answers[index]?.matrix.length ?? null,
        warnings: answers[index]?.warnings ?? [],
        attempts: query?.failureCount ?? 0,
      };
    }),
    data,
    common,
    isFirstLoad: queries.some(
      ({ isFetching, failureReason }, index) => answers[index] === undefined && isFetching && failureReason === null,
    ),
    isRefreshing: queries.some(({ isFetching }) => isFetching),
    isStale: kept.some(({ isKept }) => isKept) || queries.some(({ isRefetchError }) => isRefetchError),
    points: data.times.length,
    tookMs: Math.max(0, ...answers.map((answer) => answer?.tookMs ?? 0)),
    retry: () => {
      for (const query of queries) if (query.error !== null || query.failureReason !== null) void query.refetch();
    },
  };
}
