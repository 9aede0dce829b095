/** The last hour of what an alert watches, with its limit. Instances of one rule share one query. */
import type { AlertInstance } from '@sightline/api-types';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { queryRange } from '../../../api/prometheus.ts';
import { seriesOfAlert, sparkPath, sparkScale, watchedUnit } from '../../../lib/alert-series.ts';
import { alignRange } from '../../../lib/step.ts';
import { formatValue } from '../../../lib/units.ts';
import { useShell } from '../../../state/shell.ts';
import { useDrawnExpression } from '../use-drawn-expression.ts';

const HOUR_MS = 3_600_000;
const STEP_MS = 60_000;
const SIZE = { width: 96, height: 22 };

export function Sparkline({ alert }: { alert: AlertInstance }): ReactNode {
  const drawn = useDrawnExpression(alert.expr);
  const nowMs = useShell((state) => state.nowMs);
  const { startMs, endMs } = alignRange(nowMs - HOUR_MS, nowMs, STEP_MS);
  const text = drawn?.text ?? '';
  const { data, error } = useQuery({
    queryKey: ['spark', text, startMs],
    queryFn: async ({ signal }) => ({
      ...(await queryRange({ expr: text, startMs, endMs, stepMs: STEP_MS, signal })),
      startMs,
      endMs,
    }),
    enabled: text !== '',
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: STEP_MS,
  });
  const threshold = drawn?.threshold?.value ?? null;
  const shape = useMemo(() => {
    const series = data === undefined ? null : seriesOfAlert(data.matrix, alert.labels);
    if (data === undefined || series === null) return null;
    const scale = sparkScale(series.values, threshold);
    const box = { startMs: data.startMs, endMs: data.endMs, stepMs: STEP_MS };
    const limit =
      threshold === null ? null : SIZE.height - ((threshold - scale.min) / (scale.max - scale.min)) * SIZE.height;
    const numbers = series.values.map(([, value]) => Number(value)).filter(Number.isFinite);
    return {
      path: sparkPath(series.values, box, scale, SIZE),
      limit,
      low: Math.min(...numbers),
      high: Math.max(...numbers),
    };
  }, [data, alert.labels, threshold]);
  if (shape === null || shape.path === '') {
    return (
      <span className="spark note" title={error?.message}>
        {error === null ? '' : 'no curve'}
      </span>
    );
  }
  const unit = watchedUnit(text);
  const words = `Last hour: from ${formatValue(shape.low, unit)} to ${formatValue(shape.high, unit)}`;
  return (
    <svg className="spark" viewBox={`0 -1 ${SIZE.width} ${SIZE.height + 2}`} role="img" aria-label={words}>
      <title>{words}</title>
      {shape.limit !== null && (
        <line x1="0" x2={SIZE.width} y1={shape.limit} y2={shape.limit} className="spark-limit" />
      )}
      <path d={shape.path} className="spark-line" />
    </svg>
  );
}
