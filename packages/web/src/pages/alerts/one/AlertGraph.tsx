/** What the rule watches: the curve, the limit, when the alert began; under it the states on the same time axis. */
import type { AlertInstance, AlertStateSpan } from '@sightline/api-types';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { NO_MARKS, type PlotMarks } from '../../../components/chart/plot-marks.ts';
import { TimeChart } from '../../../components/chart/TimeChart.tsx';
import { SlowQuery } from '../../../components/query/SlowQuery.tsx';
import { useRangeQueries } from '../../../components/query/use-range-queries.ts';
import { ErrorState, Skeleton, StateStrip, StateView } from '../../../components/State.tsx';
import { useRangeMoves } from '../../../components/time/use-range-moves.ts';
import { seriesOfAlert, watchedUnit } from '../../../lib/alert-series.ts';
import { compareWords } from '../../../lib/compare.ts';
import { draggedRange } from '../../../lib/range-moves.ts';
import { patchSearch, pickGlobals, type SearchParams } from '../../../lib/search-params.ts';
import { autoStepMs } from '../../../lib/step.ts';
import { formatValue, type Unit } from '../../../lib/units.ts';
import { useCompare, useRange, useSetRange } from '../../../state/url.ts';
import { useDrawnExpression } from '../use-drawn-expression.ts';
import { StateLane } from './StateLane.tsx';

const HEIGHT = 220;
const MIN_STEP_MS = 5_000;

interface AlertGraphProps {
  readonly alert: AlertInstance;
  readonly states: readonly AlertStateSpan[];
}

export function AlertGraph({ alert, states }: AlertGraphProps): ReactNode {
  const drawn = useDrawnExpression(alert.expr);
  const text = drawn?.text ?? alert.expr;
  return (
    <section className="panel" aria-label="What the rule watches" data-testid="alert-graph">
      <div className="panel-head">
        <h3>What the rule watches</h3>
        {text !== '' && <code className="clip-text alert-expr">{text}</code>}
        {alert.expr !== '' && (
          <span className="panel-end">
            <Link
              to="/metrics"
              search={((old: SearchParams) => patchSearch(pickGlobals(old), { q: [alert.expr, text] })) as never}
            >
              Open in Metrics
            </Link>
          </span>
        )}
      </div>
      <div className="panel-body">
        {alert.expr === '' || drawn === null ? (
          <>
            <StateView
              state="empty-never"
              title="There is no expression to draw."
              detail="The alert came from another server, and its link holds no expression that can be read here."
            />
            <RangeLane states={states} />
          </>
        ) : drawn === undefined ? (
          <Skeleton height={HEIGHT} />
        ) : (
          <Curve alert={alert} states={states} text={drawn.text} threshold={drawn.threshold} />
        )}
      </div>
    </section>
  );
}

interface CurveProps extends AlertGraphProps {
  readonly text: string;
  readonly threshold: { readonly op: string; readonly value: number } | null;
}

function Curve({ alert, states, text, threshold }: CurveProps): ReactNode {
  const { fromMs, toMs, zone } = useRange();
  const setRange = useSetRange();
  const moves = useRangeMoves();
  const { choice } = useCompare();
  const host = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(600);
  const [isAll, setIsAll] = useState(false);
  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const sized = new ResizeObserver(() => setWidth(element.clientWidth));
    sized.observe(element);
    return () => sized.disconnect();
  }, []);
  const stepMs = Math.max(MIN_STEP_MS, autoStepMs(toMs - fromMs, width / 2));
  const rows = useMemo(() => [{ ref: 'A', expr: text, isOn: true }], [text]);
  const answers = useRangeQueries({ rows, fromMs, toMs, stepMs, isEnabled: true });
  const unit = watchedUnit(text);
  const marks = useMarks(alert, threshold, unit);
  const own = useMemo(() => {
    const mine = seriesOfAlert(
      answers.data.series.map(({ labels }) => ({ metric: labels, values: [] })),
      alert.labels,
    );
    return answers.data.series.filter(({ labels }) => labels === mine?.metric);
  }, [answers.data, alert.labels]);
  const others = answers.data.series.length - own.length;
  const shown = isAll || own.length === 0 ? answers.data : { ...answers.data, series: own };
  const failed = answers.rows.find(({ error }) => error !== null)?.error ?? null;
  return (
    <div ref={host}>
      {shown.series.length === 0 ? (
        <>
          {failed !== null ? (
            <ErrorState error={failed} onRetry={answers.retry} />
          ) : answers.isFirstLoad ? (
            <Skeleton height={HEIGHT} label="Running the query" />
          ) : (
            <StateView
              state="empty-range"
              title="The expression has no values in this range."
              detail="What it reads may have gone, or the alert came from a server whose metrics are not here."
            />
          )}
          <RangeLane states={states} />
        </>
      ) : (
        <TimeChart
          title={`${alert.name}: ${text}`}
          testId="alert-chart"
          data={shown}
          unit={unit}
          fromMs={fromMs}
          toMs={toMs}
          zone={zone}
          height={HEIGHT}
          marks={marks}
          comparedWith={choice === null ? null : compareWords(choice)}
          legend={shown.series.length > 1 ? 'list' : 'none'}
          lane={(leftOf) => <StateLane states={states} fromMs={fromMs} toMs={toMs} zone={zone} leftOf={leftOf} />}
          onZoom={(from, to) => {
            const dragged = draggedRange(from, to);
            if (dragged !== null) setRange(dragged.from, dragged.to);
          }}
          onZoomOut={moves.zoomOut}
          strip={
            failed === null ? undefined : <StateStrip state="stale">{failed.message} What you see is older.</StateStrip>
          }
        />
      )}
      {own.length > 0 && others > 0 && (
        <label className="check">
          <input type="checkbox" checked={isAll} onChange={(event) => setIsAll(event.target.checked)} />
          all {answers.data.series.length} series of the rule
        </label>
      )}
      <SlowQuery isRunning={answers.isRefreshing} onCancel={answers.cancel} />
    </div>
  );
}

function useMarks(
  { startsAtMs, endsAtMs, state, acknowledgement }: AlertInstance,
  threshold: CurveProps['threshold'],
  unit: Unit,
): PlotMarks {
  const ackMs = acknowledgement?.timeMs ?? null;
  const [op, limit] = [threshold?.op ?? null, threshold?.value ?? null];
  return useMemo(() => {
    if (op === null || limit === null) return { ...NO_MARKS, moments: moments() };
    return { limits: [{ value: limit, label: `${op} ${formatValue(limit, unit)}` }], moments: moments() };
    function moments() {
      return [
        { atMs: startsAtMs, label: state === 'pending' ? 'pending' : 'fires' },
        ...(ackMs === null ? [] : [{ atMs: ackMs, label: 'acknowledged' }]),
        ...(endsAtMs === null ? [] : [{ atMs: endsAtMs, label: 'resolved' }]),
      ];
    }
  }, [startsAtMs, endsAtMs, state, ackMs, op, limit, unit]);
}

/** The states alone, over the whole width. */
function RangeLane({ states }: { states: readonly AlertStateSpan[] }): ReactNode {
  const { fromMs, toMs, zone } = useRange();
  return <StateLane states={states} fromMs={fromMs} toMs={toMs} zone={zone} leftOf={null} />;
}
