/** Runs the rows' queries over the page's range, and over the time it is compared with, and puts the answers on one grid. */
import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { ApiError } from '../../api/client.ts';
import { queryRange, type RangeAnswer } from '../../api/prometheus.ts';
import { buildChartData, type ChartData, commonLabels, EMPTY_DATA, type Labels } from '../../lib/chart-data.ts';
import { compareShiftMs, withGhosts } from '../../lib/compare.ts';
import type { QueryRow } from '../../lib/query-rows.ts';
import { alignRange, fillVariables } from '../../lib/step.ts';
import { useShell } from '../../state/shell.ts';
import { useCompare } from '../../state/url.ts';
import { asApiError } from '../QueryGate.tsx';
import { useKeptAnswers } from './use-kept-answers.ts';

export interface RowAnswer {
  readonly ref: string;
  readonly isLoading: boolean;
  readonly error: ApiError | null;
  readonly series: number | null;
  readonly warnings: readonly string[];
  readonly attempts: number;
}

/** The earlier time that the charts are compared with. */
export interface EarlierAnswer {
  readonly shiftMs: number;
  readonly isLoading: boolean;
  readonly error: ApiError | null;
  /** Answered, and there was nothing then. */
  readonly isEmpty: boolean;
}

export interface RangeAnswers {
  readonly rows: readonly RowAnswer[];
  readonly data: ChartData;
  readonly common: Labels;
  /** Null when nothing is compared. */
  readonly earlier: EarlierAnswer | null;
  readonly isFirstLoad: boolean;
  readonly isRefreshing: boolean;
  /** Old data of another range or a failed refresh. */
  readonly isStale: boolean;
  /** A person stopped it; nothing runs until they do something. */
  readonly isCancelled: boolean;
  readonly points: number;
  readonly tookMs: number;
  /** Of all queries; null when the server does not tell. */
  readonly samplesRead: number | null;
  /** Share of the steps that came from the server's cache of answers. */
  readonly cachedShare: number;
  readonly retry: () => void;
  readonly cancel: () => void;
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

interface Span {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
  readonly rangeMs: number;
}

function rangeOptions(expr: string, { startMs, endMs, stepMs, rangeMs }: Span, enabled: boolean) {
  return {
    queryKey: ['range', expr, startMs, endMs, stepMs],
    queryFn: async ({ signal }: { signal: AbortSignal }) => ({
      ...(await queryRange({ expr: fillVariables(expr, stepMs, rangeMs), startMs, endMs, stepMs, signal })),
      startMs,
      endMs,
      stepMs,
      expr,
    }),
    enabled,
  };
}

/** Cancelling holds until a person refreshes, runs or asks for something else: the clock alone must not start it again. */
function useHold(question: string): { isHeld: boolean; hold: () => void; release: () => void } {
  const runs = useShell((state) => state.runs);
  const [held, setHeld] = useState<string | null>(null);
  const now = `${runs}\n${question}`;
  return { isHeld: held === now, hold: () => setHeld(now), release: () => setHeld(null) };
}

function readFigures(answers: readonly (Pick<RangeAnswer, 'samplesRead' | 'cachedShare'> | undefined)[]) {
  const known = answers.flatMap((answer) => (answer === undefined ? [] : [answer]));
  const samples = known.flatMap(({ samplesRead }) => samplesRead ?? []);
  return {
    samplesRead: samples.length === 0 ? null : samples.reduce((sum, one) => sum + one, 0),
    cachedShare: known.length === 0 ? 0 : known.reduce((sum, one) => sum + one.cachedShare, 0) / known.length,
  };
}

export function useRangeQueries({ rows, fromMs, toMs, stepMs, isEnabled, names }: Options): RangeAnswers {
  const client = useQueryClient();
  const { choice } = useCompare();
  const { startMs, endMs } = alignRange(fromMs, toMs, stepMs);
  const rangeMs = toMs - fromMs;
  const active = rows.filter(({ isOn, expr }) => isOn && expr.trim() !== '');
  const exprs = active.map(({ expr }) => expr);
  const { isHeld, hold, release } = useHold([stepMs, Math.round(rangeMs), ...exprs].join('\n'));
  const isOn = isEnabled && !isHeld;
  const span: Span = { startMs, endMs, stepMs, rangeMs };
  const queries = useQueries({ queries: exprs.map((expr) => rangeOptions(expr, span, isOn)) });
  const shiftMs = choice === null ? null : compareShiftMs(choice, rangeMs, stepMs);
  const before: Span = { ...span, startMs: startMs - (shiftMs ?? 0), endMs: endMs - (shiftMs ?? 0) };
  const ghosts = useQueries({
    queries: shiftMs === null ? [] : exprs.map((expr) => rangeOptions(expr, before, isOn)),
  });
  const kept = useKeptAnswers(
    exprs,
    queries.map(({ data }) => data),
  );
  const answers = kept.map(({ value }) => value);
  const fingerprint = [
    ...answers.map((answer) => `${answer?.startMs}/${answer?.stepMs}`),
    ...[...queries, ...ghosts].map(({ dataUpdatedAt }) => dataUpdatedAt),
    ...exprs,
  ].join('\n');
  // The grid of the newest answer: during a reload old answers keep their own times.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the fingerprint stands for the answers, whose array is new at every render
  const { data, common } = useMemo(() => {
    const withRow = (answer: (typeof answers)[number], index: number) =>
      answer === undefined ? [] : [{ ref: active[index]?.ref ?? 'A', ...nameOf(names?.[index]), ...answer }];
    const present = answers.flatMap(withRow);
    const grid = present.find((one) => one.startMs === startMs && one.stepMs === stepMs) ?? present[0];
    if (grid === undefined) return { data: EMPTY_DATA, common: {} };
    const current = buildChartData(present, grid.startMs, grid.endMs, grid.stepMs);
    const earlier = ghosts.map((ghost) => ghost.data).flatMap(withRow);
    const isSameGrid = grid.startMs === startMs && grid.stepMs === stepMs;
    return {
      data: isSameGrid ? withGhosts(current, buildChartData(earlier, before.startMs, before.endMs, stepMs)) : current,
      common: commonLabels(present.flatMap(({ matrix }) => matrix.map(({ metric }) => metric))),
    };
  }, [fingerprint, startMs, stepMs, shiftMs]);
  const all = [...queries, ...ghosts];
  const earlier: EarlierAnswer | null =
    shiftMs === null
      ? null
      : {
          shiftMs,
          isLoading: ghosts.some(({ isFetching }) => isFetching),
          error: asApiError(ghosts.find(({ error }) => error !== null)?.error ?? null),
          isEmpty: ghosts.length > 0 && ghosts.every((ghost) => ghost.data?.matrix.length === 0),
        };
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
    earlier,
    isFirstLoad: queries.some(
      ({ isFetching, failureReason }, index) => answers[index] === undefined && isFetching && failureReason === null,
    ),
    isRefreshing: all.some(({ isFetching }) => isFetching),
    isStale: kept.some(({ isKept }) => isKept) || queries.some(({ isRefetchError }) => isRefetchError),
    isCancelled: isHeld,
    points: data.times.length,
    tookMs: Math.max(0, ...answers.map((answer) => answer?.tookMs ?? 0)),
    ...readFigures(answers),
    retry: () => {
      release();
      for (const query of all) if (query.error !== null || query.failureReason !== null) void query.refetch();
    },
    cancel: () => {
      hold();
      for (const expr of exprs) void client.cancelQueries({ queryKey: ['range', expr] });
    },
  };
}
