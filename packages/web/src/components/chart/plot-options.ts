/** uPlot's options for one chart. Colours come from the theme's tokens, so that both themes look the same. */
import uPlot from 'uplot';
import type { ChartData } from '../../lib/chart-data.ts';
import type { HiddenKeys } from '../../lib/legend-model.ts';
import { colourOf, type SeriesLook } from '../../lib/series-colour.ts';
import { formatTicks, type Unit } from '../../lib/units.ts';
import { resolveZone, wallClock } from '../../lib/zone.ts';
import { drawMarks, type PlotMarks, withLimits } from './plot-marks.ts';
import { lonelyPoints, type PlotShape, valueRange } from './plot-model.ts';

export interface PlotSpec {
  readonly data: ChartData;
  readonly looks: readonly SeriesLook[];
  readonly hidden: HiddenKeys;
  readonly shape: PlotShape;
  readonly unit: Unit;
  readonly zone: string;
  readonly theme: 'light' | 'dark';
  readonly fromMs: number;
  readonly toMs: number;
  readonly syncKey: string | null;
  readonly marks: PlotMarks;
}

export interface PlotHooks {
  readonly onZoom: (fromMs: number, toMs: number) => void;
  readonly onZoomOut: () => void;
  readonly onCursor: (plot: uPlot) => void;
  readonly onDraw: () => void;
}

const FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const MIN_DRAG_PX = 5;
const GHOST_ALPHA = 0.55;

/** Axis steps for bytes: 512 KiB reads better than 488 KiB. */
const BINARY: ReadonlySet<Unit> = new Set(['bytes', 'bytes/s']);
const BINARY_STEPS = Array.from({ length: 56 }, (_, power) => 2 ** power);

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Adds transparency to `#rrggbb`. */
function fade(colour: string, alpha: number): string {
  return (
    colour +
    Math.round(alpha * 255)
      .toString(16)
      .padStart(2, '0')
  );
}

function timeLabels(splits: readonly number[], zone: string): string[] {
  // A single label says nothing about the step: whole minutes then need no seconds.
  const alone = (splits[0] ?? 0) % 60 === 0 ? 60 : 1;
  const stepSeconds = splits.length > 1 ? (splits[1] ?? 0) - (splits[0] ?? 0) : alone;
  let lastDay = '';
  return splits.map((seconds, index) => {
    const wall = wallClock(seconds * 1000, zone);
    const day = `${wall.day} ${MONTHS[wall.month - 1]}`;
    const isNewDay = day !== lastDay && (index > 0 || stepSeconds >= 3600);
    lastDay = day;
    if (stepSeconds >= 86_400) return day;
    const two = (value: number): string => String(value).padStart(2, '0');
    const clock = `${two(wall.hour)}:${two(wall.minute)}${stepSeconds < 60 ? `:${two(wall.second)}` : ''}`;
    return isNewDay ? `${clock}\n${day}` : clock;
  });
}

function seriesOptions(spec: PlotSpec, dense: boolean): uPlot.Series[] {
  const { data, looks, hidden, shape, theme } = spec;
  return data.series.map(({ key, name }, index) => {
    const look = looks[index] ?? { slot: null, dash: [] };
    const stroke = colourOf(look, theme);
    const isFilled = shape.isStacked || shape.style === 'area';
    const base: uPlot.Series = {
      label: name,
      show: !hidden.has(key),
      stroke,
      width: dense ? 1 : 1.5,
      dash: [...look.dash],
      spanGaps: false,
      ...(isFilled ? { fill: fade(stroke, shape.isStacked ? 0.55 : 0.14) } : {}),
    };
    if (shape.style === 'points') {
      return { ...base, paths: () => null, points: { show: true, size: 4, fill: stroke, stroke, width: 0 } };
    }
    return {
      ...base,
      points: {
        show: true,
        size: 4,
        fill: stroke,
        width: 0,
        filter: (plot, seriesIndex) => lonelyPoints(plot.data[seriesIndex] as (number | null)[]),
      },
    };
  });
}

/** Earlier values: dashed and muted. A stack gets one line for the whole of it, or layers could not be told apart. */
function ghostOptions({ data, looks, hidden, shape, theme }: PlotSpec): uPlot.Series[] {
  const base: uPlot.Series = { width: 1.5, dash: [4, 4], spanGaps: false, points: { show: false } };
  const ghosts = data.series.flatMap(({ key, ghost }, index) => (ghost === undefined ? [] : [{ key, index }]));
  if (shape.isStacked) return ghosts.length === 0 ? [] : [{ ...base, stroke: token('--ink-2') }];
  return ghosts.map(({ key, index }) => ({
    ...base,
    show: !hidden.has(key),
    stroke: fade(colourOf(looks[index] ?? { slot: null, dash: [] }, theme), GHOST_ALPHA),
  }));
}

/** Areas between one shown series and the one below it. */
function stackBands({ data, hidden, shape }: PlotSpec): uPlot.Band[] {
  if (!shape.isStacked) return [];
  const shown = data.series.flatMap(({ key }, index) => (hidden.has(key) ? [] : [index + 1]));
  return shown.slice(1).map((series, index) => ({ series: [series, shown[index] ?? 0] as [number, number] }));
}

export function plotOptions(spec: PlotSpec, hooks: PlotHooks, width: number, height: number): uPlot.Options {
  const { shape, unit, zone, syncKey } = spec;
  const ink = token('--ink-2');
  const grid: uPlot.Axis.Grid = { stroke: token('--grid'), width: 1 };
  const ticks: uPlot.Axis.Ticks = { stroke: token('--grid'), width: 1, size: 4 };
  const markColours = { limit: token('--crit'), moment: token('--ink-2'), panel: token('--bg-panel') };
  const axis = { stroke: ink, font: FONT, grid, ticks };
  const zoneName = resolveZone(zone);
  return {
    width,
    height,
    padding: [8, 20, 0, 0],
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), zoneName),
    legend: { show: false },
    focus: { alpha: 1 },
    cursor: {
      x: true,
      y: false,
      drag: { x: true, y: false, setScale: false, dist: MIN_DRAG_PX },
      focus: { prox: 1e6 },
      // Only today's values take the pointer.
      dataIdx: (_plot, series, closest) => (series > spec.data.series.length ? null : closest),
      points: { one: true, size: 8, width: 2, fill: token('--bg-panel') },
      bind: {
        dblclick: () => () => {
          hooks.onZoomOut();
          return null;
        },
      },
      ...(syncKey === null
        ? {}
        : {
            sync: {
              key: syncKey,
              setSeries: false,
              scales: ['x', null] as [string, null],
              // Only the pointer's place is shared: a drag must zoom once, not once per chart.
              filters: { pub: (type: string) => type === 'mousemove' || type === 'mouseleave', sub: () => true },
            },
          }),
    },
    scales: {
      x: { time: true, range: () => [spec.fromMs / 1000, spec.toMs / 1000] },
      y: {
        distr: shape.isLog ? 3 : 1,
        range: (_plot, min, max) => valueRange(...withLimits(min, max, spec.marks), shape),
      },
    },
    axes: [
      {
        ...axis,
        // Labels with seconds are wider.
        space: (_plot, _axis, min, max, pixels) => (((max - min) / pixels) * 58 < 45 ? 80 : 58),
        gap: 4,
        size: (_plot, values) => (values?.some((text) => text.includes('\n')) ? 36 : 24),
        values: (_plot, splits) => timeLabels(splits, zone),
      },
      {
        ...axis,
        space: 36,
        ...(BINARY.has(unit) ? { incrs: BINARY_STEPS } : {}),
        gap: 6,
        size: (_plot, values) => 16 + Math.max(18, ...(values ?? []).map((text) => text.length * 6.3)),
        values: (_plot, splits) =>
          shape.isLog
            ? splits.map((split) =>
                split !== null && Number.isInteger(Math.log10(split)) ? (formatTicks([split], unit)[0] ?? '') : '',
              )
            : formatTicks(splits, unit),
      },
    ],
    bands: stackBands(spec),
    series: [{}, ...seriesOptions(spec, spec.data.series.length > 40), ...ghostOptions(spec)],
    hooks: {
      setCursor: [hooks.onCursor],
      draw: [
        (plot) => {
          drawMarks(plot, spec.marks, markColours, FONT, uPlot.pxRatio);
          hooks.onDraw();
        },
      ],
      setSelect: [
        (plot) => {
          const { left, width: selected } = plot.select;
          if (selected < MIN_DRAG_PX) return;
          const fromMs = plot.posToVal(left, 'x') * 1000;
          const toMs = plot.posToVal(left + selected, 'x') * 1000;
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          hooks.onZoom(fromMs, toMs);
        },
      ],
    },
  };
}
