/** A time series chart: canvas, legend, tooltip, keyboard cursor and a table twin. Data in, zoom out. */
import 'uplot/dist/uPlot.min.css';
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useId, useMemo, useRef, useState } from 'react';
import { type ChartData, chartSentence, type Labels, largestSeries, statsOf } from '../../lib/chart-data.ts';
import { type HiddenKeys, isolateSeries, toggleSeries } from '../../lib/legend-model.ts';
import { assignLooks } from '../../lib/series-colour.ts';
import { formatClock, formatDateTime } from '../../lib/time-format.ts';
import { formatValue, type Unit } from '../../lib/units.ts';
import { usePreferences } from '../../state/preferences.ts';
import { ChartTable } from './ChartTable.tsx';
import { Legend } from './Legend.tsx';
import { createPlot, type CursorAt, type Plot } from './plot.ts';
import { DEFAULT_SHAPE, type PlotShape } from './plot-model.ts';
import { createTooltip, type Tooltip } from './tooltip.ts';

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
  readonly common?: Labels;
  readonly syncKey?: string | null;
  readonly isStale?: boolean;
  readonly onZoom: (fromMs: number, toMs: number) => void;
  readonly onZoomOut: () => void;
  readonly testId?: string;
  readonly strip?: ReactNode;
}

export const DRAW_LIMIT = 100;

export function TimeChart(props: TimeChartProps): ReactNode {
  const {
    title,
    data,
    unit,
    fromMs,
    toMs,
    zone,
    height = 220,
    shape = DEFAULT_SHAPE,
    legend = 'table',
    syncKey = 'page',
  } = props;
  const theme = usePreferences((state) => state.theme);
  const [hidden, setHidden] = useState<HiddenKeys>(new Set());
  const [isAll, setIsAll] = useState(false);
  const [isTable, setIsTable] = useState(false);
  const [spoken, setSpoken] = useState('');
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const tooltip = useRef<Tooltip | null>(null);
  const isPointer = useRef(false);
  const keyboard = useRef({ index: -1, series: 0 });
  const helpId = useId();

  const drawn = useMemo(() => (isAll ? data : largestSeries(data, DRAW_LIMIT)), [data, isAll]);
  const looks = useMemo(() => assignLooks(drawn.series.map(({ identity }) => identity)), [drawn]);
  const stats = useMemo(() => drawn.series.map(({ values }) => statsOf(values)), [drawn]);
  const clock = useCallback((seconds: number) => formatDateTime(seconds * 1000, zone, toMs), [zone, toMs]);
  const format = useCallback((value: number | null) => formatValue(value, unit), [unit]);

  const latest = useRef({ props, drawn, looks, hidden, shape, theme, clock });
  latest.current = { props, drawn, looks, hidden, shape, theme, clock };

  const onCursor = useCallback((at: CursorAt | null) => {
    const now = latest.current;
    const isOwn = isPointer.current || keyboard.current.index >= 0;
    if (at === null || !isOwn) return tooltip.current?.hide();
    tooltip.current?.show(at, {
      data: now.drawn,
      looks: now.looks,
      hidden: now.hidden,
      isStacked: now.shape.isStacked,
      unit: now.props.unit,
      theme: now.theme,
      clock: now.clock,
    });
  }, []);

  const spec = useMemo(
    () => ({ data: drawn, looks, hidden, shape, unit, zone, theme, fromMs, toMs, syncKey }),
    [drawn, looks, hidden, shape, unit, zone, theme, fromMs, toMs, syncKey],
  );
  const firstSpec = useRef(spec);
  firstSpec.current = spec;

  useEffect(() => {
    const element = host.current;
    if (element === null || isTable) return undefined;
    const tip = createTooltip(element);
    tooltip.current = tip;
    const size = { width: Math.max(120, element.clientWidth), height };
    const made = createPlot(element, firstSpec.current, size, {
      onZoom: (from, to) => latest.current.props.onZoom(from, to),
      onZoomOut: () => latest.current.props.onZoomOut(),
      onCursor,
    });
    plot.current = made;
    const observer = new ResizeObserver(() => made.resize(Math.max(120, element.clientWidth), height));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
      tooltip.current = null;
      element.replaceChildren();
    };
  }, [height, isTable, onCursor]);

  useEffect(() => {
    plot.current?.update(spec);
  }, [spec]);

  const speak = (index: number, series: number): void => {
    const shown = drawn.series[series];
    const value = shown?.values[index] ?? null;
    setSpoken(`${formatClock((drawn.times[index] ?? 0) * 1000, zone)}, ${shown?.name ?? ''}, ${format(value)}`);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return;
    if (event.key === 'Escape' && tooltip.current?.isPinned() === true) {
      tooltip.current.unpin();
      event.preventDefault();
      return;
    }
    if (event.shiftKey && event.key.toLowerCase() === 't') {
      setIsTable((is) => !is);
      event.preventDefault();
      return;
    }
    const last = drawn.times.length - 1;
    const shown = drawn.series.flatMap(({ key }, index) => (hidden.has(key) ? [] : [index]));
    const { index, series } = keyboard.current;
    const start = index < 0 ? last : index;
    const moves: Record<string, number> = {
      ArrowLeft: index < 0 ? last : start - 1,
      ArrowRight: index < 0 ? last : start + 1,
      PageUp: start - 10,
      PageDown: start + 10,
      Home: 0,
      End: last,
    };
    const at = shown.indexOf(series);
    const steps: Record<string, number> = { ArrowUp: at - 1, ArrowDown: at + 1 };
    const move = moves[event.key];
    const step = steps[event.key];
    if ((move === undefined && step === undefined) || event.altKey || event.metaKey || event.ctrlKey || last < 0)
      return;
    event.preventDefault();
    const nextIndex = Math.max(0, Math.min(last, move ?? start));
    const nextSeries =
      step === undefined ? (at < 0 ? (shown[0] ?? 0) : series) : (shown[(step + shown.length) % shown.length] ?? 0);
    keyboard.current = { index: nextIndex, series: nextSeries };
    plot.current?.pointAt(nextIndex, nextSeries);
    speak(nextIndex, nextSeries);
  };

  const rows = drawn.series.map(({ key, name, labels }, index) => ({
    key,
    name,
    labels,
    look: looks[index] ?? { slot: null, dash: [] },
    stats: stats[index] ?? statsOf([]),
  }));
  const allKeys = drawn.series.map(({ key }) => key);

  return (
    <div
      className="chart"
      data-testid={props.testId ?? 'chart'}
      data-stale={props.isStale === true ? 'true' : undefined}
    >
      {data.series.length > drawn.series.length && (
        <div className="strip" data-state="limited" role="status">
          Showing {drawn.series.length} of {data.series.length} series (largest first).
          <button type="button" className="link" onClick={() => setIsAll(true)}>
            Show all
          </button>
        </div>
      )}
      {props.strip}
      {isTable ? (
        <ChartTable title={title} data={drawn} clock={clock} format={format} onClose={() => setIsTable(false)} />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the figure takes the arrow keys, as section 7 of the design asks
        <figure
          className="figure"
          tabIndex={0}
          aria-label={chartSentence(title, drawn, format, (seconds) => formatClock(seconds * 1000, zone))}
          aria-describedby={helpId}
          onKeyDown={onKeyDown}
          onBlur={() => {
            keyboard.current = { index: -1, series: keyboard.current.series };
            plot.current?.pointAt(null, 0);
          }}
        >
          <div
            ref={host}
            className="plot"
            style={{ height }}
            onPointerEnter={() => {
              isPointer.current = true;
            }}
            onPointerLeave={() => {
              isPointer.current = false;
              tooltip.current?.hide();
            }}
            onClick={() => (tooltip.current?.isPinned() === true ? tooltip.current.unpin() : tooltip.current?.pin())}
          />
          <figcaption id={helpId} className="visually-hidden">
            Arrow keys read values, Shift T shows a table.
          </figcaption>
        </figure>
      )}
      <div className="visually-hidden" aria-live="polite" data-testid="chart-spoken">
        {spoken}
      </div>
      {legend !== 'none' && drawn.series.length > 0 && (
        <Legend
          kind={legend}
          rows={rows}
          hidden={hidden}
          unit={unit}
          onToggle={(key) => setHidden((old) => toggleSeries(old, key))}
          onIsolate={(key) => setHidden((old) => isolateSeries(old, key, allKeys))}
        />
      )}
    </div>
  );
}
