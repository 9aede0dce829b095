/** A small chart of fixed queries: title, the figure that matters, the curve. Asks only while it is near the screen. */
import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Labels } from '../../lib/chart-data.ts';
import { statsOf } from '../../lib/chart-data.ts';
import { changeOf, compareWords } from '../../lib/compare.ts';
import { patchSearch, pickGlobals, type SearchParams } from '../../lib/search-params.ts';
import { draggedRange } from '../../lib/range-moves.ts';
import type { Absence } from '../../lib/sources.ts';
import { autoStepMs } from '../../lib/step.ts';
import { formatParts, type Unit } from '../../lib/units.ts';
import { useCompare, useRange, useSetRange } from '../../state/url.ts';
import { ChangeText } from '../chart/ChangeText.tsx';
import { DEFAULT_SHAPE, type PlotShape } from '../chart/plot-model.ts';
import { TimeChart } from '../chart/TimeChart.tsx';
import { ErrorState, Skeleton, StateStrip, StateView } from '../State.tsx';
import { useRangeMoves } from '../time/use-range-moves.ts';
import { CancelledState } from './QueryStates.tsx';
import { SlowQuery } from './SlowQuery.tsx';
import { useRangeQueries } from './use-range-queries.ts';

export interface PanelQuery {
  readonly expr: string;
  /** What the legend calls a series; null takes the labels that differ. */
  readonly name: ((labels: Labels) => string) | null;
}

export interface QueryPanelProps {
  readonly id: string;
  readonly title: string;
  readonly queries: readonly PanelQuery[];
  readonly unit: Unit;
  readonly shape?: PlotShape;
  /** How the big figure is made out of the series' last values. */
  readonly figure?: 'sum' | 'max' | 'first' | 'none';
  readonly note?: string;
  readonly height?: number;
  /** Why there may be no such metric. */
  readonly missing: string;
  /** What is known about why there is none, said instead. */
  readonly absence?: Absence | null;
}

/** Up to here single scrapes are told apart. */
const SHORT_MS = 300_000;
const LEGEND_HEIGHT = 28;

export function QueryPanel(props: QueryPanelProps): ReactNode {
  const { id, title, queries, unit, shape = DEFAULT_SHAPE, figure = 'first', note, height = 132, missing } = props;
  const range = useRange();
  const setRange = useSetRange();
  const moves = useRangeMoves();
  const host = useRef<HTMLElement>(null);
  const [isNear, setIsNear] = useState(false);
  const [width, setWidth] = useState(400);
  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const seen = new IntersectionObserver(
      (entries) => setIsNear(entries.some(({ isIntersecting }) => isIntersecting)),
      { root: element.closest('main'), rootMargin: '100% 0px' },
    );
    const sized = new ResizeObserver(() => setWidth(element.clientWidth));
    seen.observe(element);
    sized.observe(element);
    return () => {
      seen.disconnect();
      sized.disconnect();
    };
  }, []);
  const { fromMs, toMs, zone } = range;
  const stepMs = Math.max(toMs - fromMs <= SHORT_MS ? 5_000 : 15_000, autoStepMs(toMs - fromMs, width / 2));
  const rows = queries.map(({ expr }, index) => ({ ref: String.fromCharCode(65 + index), expr, isOn: true }));
  const answers = useRangeQueries({
    rows,
    fromMs,
    toMs,
    stepMs,
    isEnabled: isNear,
    names: queries.map(({ name }) => name),
  });
  const { choice } = useCompare();
  const comparedWith = choice === null ? null : compareWords(choice);
  const only = answers.data.series.length === 1 ? answers.data.series[0] : undefined;
  const lasts = answers.data.series.map(({ values }) => statsOf(values).last);
  const total = figureOf(lasts, figure);
  const parts = formatParts(total, unit);
  const failed = answers.rows.find(({ error }) => error !== null)?.error ?? null;
  const explore = (old: SearchParams): SearchParams =>
    patchSearch(pickGlobals(old), {
      q: queries.map(({ expr }) => expr),
      stack: shape.isStacked ? '1' : null,
      style: shape.style === 'lines' ? null : shape.style,
      unit,
    });
  return (
    <section ref={host} className="panel query-panel" aria-label={title} data-testid={`panel-${id}`}>
      <div className="query-panel-head">
        <h3>
          <Link to="/metrics" search={explore as never} title="Open in Metrics">
            {title}
          </Link>
        </h3>
        {figure !== 'none' && (
          <span className="figure-value num">
            {parts.number}
            {parts.suffix !== '' && <small>{parts.suffix}</small>}
          </span>
        )}
        {note !== undefined && <span className="note">{note}</span>}
        {comparedWith !== null && only !== undefined && (
          <ChangeText change={changeOf(only.values, only.ghost)} unit={unit} comparedWith={comparedWith} />
        )}
      </div>
      {answers.data.series.length === 0 ? (
        failed !== null ? (
          <ErrorState error={failed} onRetry={answers.retry} />
        ) : answers.isCancelled ? (
          <CancelledState onRun={answers.retry} />
        ) : answers.isFirstLoad || !isNear ? (
          <Skeleton height={height + LEGEND_HEIGHT} />
        ) : (
          <StateView
            {...(props.absence ?? { state: 'empty-range', title: 'No data in this range.', detail: missing })}
          />
        )
      ) : (
        <div className={answers.isCancelled || (answers.isStale && failed !== null) ? 'is-stale' : undefined}>
          <TimeChart
            title={title}
            testId={`chart-${id}`}
            data={answers.data}
            unit={unit}
            fromMs={fromMs}
            toMs={toMs}
            zone={zone}
            height={answers.data.series.length > 1 ? height : height + LEGEND_HEIGHT}
            shape={shape}
            comparedWith={comparedWith}
            legend={answers.data.series.length > 1 ? 'list' : 'none'}
            onZoom={(from, to) => {
              const dragged = draggedRange(from, to);
              if (dragged !== null) setRange(dragged.from, dragged.to);
            }}
            onZoomOut={moves.zoomOut}
            strip={
              failed !== null ? (
                <StateStrip state="stale">{failed.message} What you see is older.</StateStrip>
              ) : answers.isCancelled ? (
                <StateStrip state="stale">
                  Cancelled. What you see is older.
                  <button type="button" className="link" onClick={answers.retry}>
                    Run again
                  </button>
                </StateStrip>
              ) : undefined
            }
          />
        </div>
      )}
      <SlowQuery isRunning={answers.isRefreshing} onCancel={answers.cancel} />
    </section>
  );
}

function figureOf(lasts: readonly (number | null)[], figure: QueryPanelProps['figure']): number | null {
  const known = lasts.filter((value) => value !== null);
  if (known.length === 0 || figure === 'none') return null;
  if (figure === 'sum') return known.reduce((sum, value) => sum + value, 0);
  return figure === 'max' ? Math.max(...known) : (known[0] ?? null);
}
