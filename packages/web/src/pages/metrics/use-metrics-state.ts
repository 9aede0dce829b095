/** The Metrics page's state, all of it in the address bar. */
import { useMemo } from 'react';
import type { PlotShape, PlotStyle } from '../../components/chart/plot-model.ts';
import { wantsExemplars } from '../../lib/exemplar-dots.ts';
import { type QueryRow, rowsOf } from '../../lib/query-rows.ts';
import { firstValue, type SearchParams } from '../../lib/search-params.ts';
import { autoStepMs } from '../../lib/step.ts';
import type { Unit } from '../../lib/units.ts';
import { parseDurationMs } from '@sightline/model';

export type MetricsView = 'graph' | 'table' | 'explain';

export interface MetricsState {
  readonly rows: readonly QueryRow[];
  readonly view: MetricsView;
  /** The letters of the rows whose builder is open. */
  readonly building: string;
  readonly shape: PlotShape;
  readonly hasExemplars: boolean;
  /** Null is automatic. */
  readonly stepText: string | null;
  readonly unit: Unit | null;
}

export const UNITS: readonly Unit[] = [
  'short',
  'bytes',
  'bytes/s',
  'bits/s',
  'seconds',
  'ms',
  'ratio',
  'percent',
  'req/s',
  'ops/s',
  'per-second',
  'timestamp',
  'bool',
];

const VIEWS: readonly MetricsView[] = ['graph', 'table', 'explain'];

function numberOf(text: string | undefined): number | null {
  if (text === undefined || text.trim() === '') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

function metricsState(search: SearchParams): MetricsState {
  const style = firstValue(search['style']);
  const unit = firstValue(search['unit']);
  const rows = rowsOf(search);
  return {
    rows,
    hasExemplars: wantsExemplars(
      firstValue(search['exemplars']),
      rows.flatMap(({ isOn, expr }) => (isOn ? [expr] : [])),
    ),
    view: VIEWS.find((view) => view === firstValue(search['view'])) ?? 'graph',
    building: firstValue(search['build']) ?? '',
    shape: {
      style: style === 'area' || style === 'points' ? (style as PlotStyle) : 'lines',
      isStacked: firstValue(search['stack']) === '1',
      isLog: firstValue(search['log']) === '1',
      min: numberOf(firstValue(search['min'])),
      max: numberOf(firstValue(search['max'])),
    },
    stepText: firstValue(search['step']) ?? null,
    unit: UNITS.find((one) => one === unit) ?? null,
  };
}

export function useMetricsState(search: SearchParams): MetricsState {
  return useMemo(() => metricsState(search), [search]);
}

const MAX_POINTS = 11_000;

/** The step in use: what was asked for, unless it would give more points than any server answers. */
export function stepOf(stepText: string | null, rangeMs: number, widthPx: number): number {
  const asked = stepText === null ? undefined : parseDurationMs(stepText);
  if (asked === undefined || asked < 1_000) return autoStepMs(rangeMs, widthPx);
  return Math.max(asked, Math.ceil(rangeMs / MAX_POINTS / 1000) * 1000);
}
