/** A time series chart: canvas, legend, tooltip, keyboard cursor and a table twin. Data in, zoom out. */
import 'uplot/dist/uPlot.min.css';
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useId, useMemo, useRef, useState } from 'react';
import { type ChartData, chartSentence, largestSeries, statsOf } from '../../lib/chart-data.ts';
import { changeOf } from '../../lib/compare.ts';
import { type HiddenKeys, isolateMark, isolateSeries, toggleSeries } from '../../lib/legend-model.ts';
import { assignLooks } from '../../lib/series-colour.ts';
import { formatClock, formatDateTime } from '../../lib/time-format.ts';
import { formatValue, type Unit } from '../../lib/units.ts';
import { useIsolation } from '../../state/isolation.ts';
import { usePreferences } from '../../state/preferences.ts';
import { type Exemplar, thinExemplars } from '../../lib/exemplar-dots.ts';
import { ChartTable } from './ChartTable.tsx';
import { ExemplarDots } from './ExemplarDots.tsx';
import { Legend } from './Legend.tsx';
import { DEFAULT_SHAPE, type PlotShape } from './plot-model.ts';
import { NO_MARKS, type PlotMarks } from './plot-marks.ts';
import type { PlotSpec } from './plot-options.ts';
import { type PlotHandle, usePlot } from './use-plot.ts';
import { type KeyCursor, moveCursor } from './chart-keys.ts';
import { StateStrip } from '../State.tsx';

export interface TimeChartProps {
  readonly title: string;
  readonly data: ChartData;
  readonly unit: Unit;
  readonly fromMs: number;
  readonly toMs: number;
  readonly zone: string;
  readonly height?: number;
  readonly shape?: PlotShape;
  readonly legend?: 'table' | 'list' | 'none';
  readonly syncKey?: string | null;
  readonly onZoom: (fromMs: number, toMs: number) => void;
  readonly onZoomOut: () => void;
  readonly testId?: string;
  readonly strip?: ReactNode;
  /** What the ghosts are, in words; null when nothing is compared. */
  readonly comparedWith?: string | null;
  readonly exemplars?: readonly Exemplar[];
  /** Limits and moments; keep the object while it says the same. */
  readonly marks?: PlotMarks;
  /** Drawn under the plot, told where a time is: pixels from the left of the chart. */
  readonly lane?: (leftOf: (ms: number) => number) => ReactNode;
}

const NO_EXEMPLARS: readonly Exemplar[] = [];

const DRAW_LIMIT = 100;

export function TimeChart(props: TimeChartProps): ReactNode {
  const { title, data, unit, fromMs, toMs, zone, height = 220, shape = DEFAULT_SHAPE, syncKey = 'page' } = props;
  const theme = usePreferences((state) => state.theme);
  const [hidden, setHidden] = useState<HiddenKeys>(new Set());
  const [isAll, setIsAll] = useState(false);
  const [isTable, setIsTable] = useState(false);

  const drawn = useMemo(() => (isAll ? data : largestSeries(data, DRAW_LIMIT)), [data, isAll]);
  useSharedIsolation(drawn, setHidden);
  const looks = useMemo(() => assignLooks(drawn.series.map(({ identity }) => identity)), [drawn]);
  const clock = useCallback((seconds: number) => formatDateTime(seconds * 1000, zone, toMs), [zone, toMs]);
  const format = useCallback((value: number | null) => formatValue(value, unit), [unit]);
  const { exemplars = NO_EXEMPLARS, marks = NO_MARKS, lane } = props;
  const spec = useMemo(
    () => ({ data: drawn, looks, hidden, shape, unit, zone, theme, fromMs, toMs, syncKey, marks }),
    [drawn, looks, hidden, shape, unit, zone, theme, fromMs, toMs, syncKey, marks],
  );
  const [, setDrawn] = useState(0);
  // Dots lie over the canvas, a lane under it, and both follow it; without them there is nothing to follow.
  const onDraw = (): void => {
    if (exemplars.length > 0 || lane !== undefined) setDrawn((count) => count + 1);
  };
  const { onZoom, onZoomOut } = props;
  const handle = usePlot({ spec, height, isOff: isTable, clock, onZoom, onZoomOut, onDraw });

  return (
    <div className="chart" data-testid={props.testId ?? 'chart'}>
      {data.series.length > drawn.series.length && (
        <StateStrip state="limited">
          Showing {drawn.series.length} of {data.series.length} series (largest first).
          <button type="button" className="link" onClick={() => setIsAll(true)}>
            Show all
          </button>
        </StateStrip>
      )}
      {props.strip}
      {isTable ? (
        <ChartTable title={title} data={drawn} clock={clock} format={format} onClose={() => setIsTable(false)} />
      ) : (
        <ChartFigure
          title={title}
          spec={spec}
          height={height}
          handle={handle}
          format={format}
          onTable={() => setIsTable(true)}
        >
          {exemplars.length > 0 && (
            <ExemplarDots
              exemplars={thinExemplars(exemplars, fromMs, toMs, handle.host.current?.clientWidth ?? 0)}
              place={(seconds, value) => handle.plot.current?.place(seconds, value) ?? null}
              clock={clock}
              format={format}
            />
          )}
        </ChartFigure>
      )}
      {lane?.((ms) => handle.plot.current?.place(ms / 1000, 0).left ?? 0)}
      <ChartLegend
        kind={props.legend ?? 'table'}
        spec={spec}
        comparedWith={props.comparedWith ?? null}
        onHide={setHidden}
      />
    </div>
  );
}

/** Follows an alt click on the legend of any chart of the page. */
function useSharedIsolation(data: ChartData, setHidden: (hidden: HiddenKeys) => void): void {
  const { mark, version } = useIsolation();
  const followed = useRef(version);
  useEffect(() => {
    if (followed.current === version) return;
    followed.current = version;
    const hidden = mark === null ? new Set<string>() : isolateMark(mark, data.series);
    if (hidden !== null) setHidden(hidden);
  }, [mark, version, data, setHidden]);
}

interface ChartFigureProps {
  readonly title: string;
  readonly spec: PlotSpec;
  readonly height: number;
  readonly handle: PlotHandle;
  readonly format: (value: number | null) => string;
  readonly onTable: () => void;
  /** Lies over the plot. */
  readonly children: ReactNode;
}

/** The canvas as something that takes the focus, the arrow keys and speaks. */
function ChartFigure({ title, spec, height, handle, format, onTable, children }: ChartFigureProps): ReactNode {
  const { host, plot, tooltip, isOwn } = handle;
  const { data, hidden, zone } = spec;
  const [spoken, setSpoken] = useState('');
  const cursor = useRef<KeyCursor>({ index: -1, series: 0 });
  const helpId = useId();
  const clock = (seconds: number): string => formatClock(seconds * 1000, zone);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget || event.altKey || event.metaKey || event.ctrlKey) return;
    if (event.key === 'Escape') {
      tooltip.current?.unpin();
      return;
    }
    if (event.shiftKey && event.key.toLowerCase() === 't') {
      event.preventDefault();
      onTable();
      return;
    }
    const shown = data.series.flatMap(({ key }, index) => (hidden.has(key) ? [] : [index]));
    const next = moveCursor(event.key, cursor.current, data.times.length, shown);
    if (next === null) return;
    event.preventDefault();
    cursor.current = next;
    isOwn.current = true;
    plot.current?.pointAt(next.index, next.series);
    const series = data.series[next.series];
    setSpoken(
      `${clock(data.times[next.index] ?? 0)}, ${series?.name ?? ''}, ${format(series?.values[next.index] ?? null)}`,
    );
  };
  const onBlur = (): void => {
    cursor.current = { ...cursor.current, index: -1 };
    isOwn.current = false;
    plot.current?.pointAt(null, 0);
  };
  const onPointer = (isInside: boolean) => (): void => {
    isOwn.current = isInside;
    if (!isInside) tooltip.current?.hide();
  };
  const onClick = (): void => (tooltip.current?.isPinned() === true ? tooltip.current.unpin() : tooltip.current?.pin());

  return (
    <>
      <figure
        className="figure"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes the arrow keys, so that the chart can be read without a mouse
        tabIndex={0}
        aria-label={chartSentence(title, data, format, clock)}
        aria-describedby={helpId}
        onKeyDown={onKeyDown}
        onBlur={onBlur}
      >
        {/* biome-ignore lint/a11y/noStaticElementInteractions: the figure around it has the keys for the same things */}
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: the figure around it has the keys for the same things */}
        <div
          ref={host}
          className="plot"
          style={{ height }}
          onPointerEnter={onPointer(true)}
          onPointerLeave={onPointer(false)}
          onClick={onClick}
        />
        {children}
        <figcaption id={helpId} className="visually-hidden">
          Arrow keys read values, Shift T shows a table.
        </figcaption>
      </figure>
      <div className="visually-hidden" aria-live="polite" data-testid="chart-spoken">
        {spoken}
      </div>
    </>
  );
}

interface ChartLegendProps {
  readonly comparedWith: string | null;
  readonly kind: 'table' | 'list' | 'none';
  readonly spec: PlotSpec;
  readonly onHide: (change: (old: HiddenKeys) => HiddenKeys) => void;
}

function ChartLegend({ kind, spec, comparedWith, onHide }: ChartLegendProps): ReactNode {
  const { data, looks, hidden, unit } = spec;
  const rows = useMemo(
    () =>
      data.series.map(({ key, name, labels, values, ghost }, index) => ({
        key,
        name,
        labels,
        look: looks[index] ?? { slot: null, dash: [] },
        stats: statsOf(values),
        change: changeOf(values, ghost),
      })),
    [data, looks],
  );
  const choose = useIsolation((state) => state.choose);
  if (kind === 'none' || rows.length === 0) return null;
  const all = rows.map(({ key }) => key);
  return (
    <Legend
      kind={kind}
      rows={rows}
      hidden={hidden}
      unit={unit}
      comparedWith={comparedWith}
      onIsolateAll={(key) => {
        const row = rows.find((one) => one.key === key);
        if (row !== undefined) choose({ name: row.name, labels: row.labels });
      }}
      onToggle={(key) => onHide((old) => toggleSeries(old, key))}
      onIsolate={(key) => onHide((old) => isolateSeries(old, key, all))}
    />
  );
}
