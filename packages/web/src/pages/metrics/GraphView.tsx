/** The graph with its states and the line that says what it is made of. */
import type { ReactNode } from 'react';
import { TimeChart } from '../../components/chart/TimeChart.tsx';
import type { PlotShape } from '../../components/chart/plot-model.ts';
import { Skeleton, StateStrip, StateView } from '../../components/State.tsx';
import { CancelledState, EarlierStrip } from '../../components/query/QueryStates.tsx';
import { SlowQuery } from '../../components/query/SlowQuery.tsx';
import { seriesText } from '../../lib/chart-data.ts';
import { compareWords, shiftWords } from '../../lib/compare.ts';
import type { Exemplar } from '../../lib/exemplar-dots.ts';
import { formatSpan } from '../../lib/time-format.ts';
import { formatValue, type Unit } from '../../lib/units.ts';
import { type RangeState, useCompare } from '../../state/url.ts';
import { NearestData } from './NearestData.tsx';
import { QueryError } from './QueryError.tsx';
import type { RangeAnswers } from '../../components/query/use-range-queries.ts';

interface GraphViewProps {
  readonly answers: RangeAnswers;
  readonly range: RangeState;
  readonly shape: PlotShape;
  readonly unit: Unit;
  readonly stepMs: number;
  readonly onZoom: (fromMs: number, toMs: number) => void;
  readonly onZoomOut: () => void;
  /** Wraps the queries in topk(20, …). */
  readonly onTopk: () => void;
  readonly exemplars: readonly Exemplar[];
}

const HEIGHT = 380;

export function GraphView({
  answers,
  range,
  shape,
  unit,
  stepMs,
  onZoom,
  onZoomOut,
  onTopk,
  exemplars,
}: GraphViewProps): ReactNode {
  const { rows, data, common, earlier, isFirstLoad, isRefreshing, isCancelled } = answers;
  const isStale = answers.isStale || isCancelled;
  const { choice } = useCompare();
  const slow = <SlowQuery isRunning={isRefreshing} onCancel={answers.cancel} />;
  const failed = rows.filter(({ error }) => error !== null);
  const [first] = failed;
  if (rows.length === 0) {
    return (
      <StateView
        state="empty-filter"
        title="Every query is switched off."
        detail="Switch one on with the letter in front of it."
      />
    );
  }
  if (data.series.length === 0) {
    if (isFirstLoad)
      return (
        <div className="panel-body graph">
          <Skeleton height={HEIGHT} label="Running the query" />
          {slow}
        </div>
      );
    if (isCancelled) return <CancelledState onRun={answers.retry} />;
    if (first?.error !== undefined && first.error !== null) {
      return (
        <QueryError error={first.error} attempts={first.attempts} isMarked onRetry={answers.retry} onTopk={onTopk} />
      );
    }
    return <NearestData range={range} rows={rows} />;
  }
  const warnings = [...new Set(rows.flatMap((row) => row.warnings))];
  const commonText = Object.keys(common).length === 0 ? '' : seriesText(common);
  const isOffline = first?.error?.kind === 'offline';
  return (
    <div className="panel-body graph">
      {isRefreshing && <div className="progress" role="progressbar" aria-label="Running the query" />}
      {slow}
      {isCancelled && (
        <StateStrip state="stale">
          Cancelled. What you see is older.
          <button type="button" className="link" onClick={answers.retry}>
            Run again
          </button>
        </StateStrip>
      )}
      {earlier !== null && choice !== null && <EarlierStrip earlier={earlier} choice={choice} />}
      {failed.length > 0 && (
        <StateStrip state={isOffline ? 'offline' : failed.length < rows.length ? 'partial' : 'stale'}>
          {failed.length < rows.length
            ? `${rows.length - failed.length} of ${rows.length} queries answered; ${failed.map(({ ref }) => ref).join(', ')} failed: ${first?.error?.message}`
            : `${first?.error?.message} What you see is older.`}
          <button type="button" className="link" onClick={answers.retry}>
            retry {failed.map(({ ref }) => ref).join(', ')}
          </button>
        </StateStrip>
      )}
      {warnings.map((warning) => (
        <StateStrip key={warning} state="limited">
          {warning}
        </StateStrip>
      ))}
      <div
        className={isStale ? 'is-stale' : undefined}
        data-state={isCancelled ? 'stale' : isStale ? 'loading' : 'ready'}
      >
        <TimeChart
          title="Query result"
          testId="panel-result"
          data={data}
          unit={unit}
          fromMs={range.fromMs}
          toMs={range.toMs}
          zone={range.zone}
          height={HEIGHT}
          shape={shape}
          comparedWith={choice === null ? null : compareWords(choice)}
          exemplars={exemplars}
          onZoom={onZoom}
          onZoomOut={onZoomOut}
        />
      </div>
      <p className="graph-foot num" data-testid="graph-foot">
        step {formatSpan(stepMs)} · {answers.points} pts · {data.series.length} series · {Math.round(answers.tookMs)} ms
        {answers.samplesRead !== null && <span> · {formatValue(answers.samplesRead, 'short')} samples read</span>}
        {answers.cachedShare > 0 && <span> · {formatValue(answers.cachedShare, 'ratio')} from the cache</span>}
        {earlier !== null && choice !== null && <span> · dashed: {shiftWords(choice, earlier.shiftMs)}</span>}
        {commonText !== '' && <span title="Labels that all series share"> · all have {commonText}</span>}
      </p>
    </div>
  );
}
