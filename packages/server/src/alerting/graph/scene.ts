/** A graph as shapes on a plane, which SVG and PNG draw alike. */
import { colorOf, type GraphInput, type GraphSeries, MAX_SERIES } from './graph-input.ts';
import { formatTime, formatValue, timeTicks, valueTicks } from './ticks.ts';

interface Line {
  readonly kind: 'line';
  /** x and y by turns. */
  readonly points: readonly number[];
  readonly color: string;
  readonly width: number;
}

export interface Text {
  readonly kind: 'text';
  /** Where the text begins, has its middle or ends. */
  readonly x: number;
  readonly baseline: number;
  readonly anchor: 'start' | 'middle' | 'end';
  /** Height of digits. */
  readonly size: number;
  readonly color: string;
  readonly text: string;
}

interface Dot {
  readonly kind: 'dot';
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly color: string;
}

export type Shape = Line | Text | Dot;

export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly background: string;
  readonly shapes: readonly Shape[];
}

export interface SceneSize {
  readonly width: number;
  readonly height: number;
}

const MARGIN = { left: 52, right: 20, top: 10, bottom: 22 };
const GRID = '#e3e6ea';
const INK = '#5b6472';
const ALARM = '#b3261e';
const TEXT_SIZE = 8;

interface Scale {
  x(ms: number): number;
  y(value: number): number;
}

export function buildScene(input: GraphInput, { width, height }: SceneSize): Scene {
  const ticks = valueAxis(input);
  const [low = 0, high = 1] = [ticks[0], ticks.at(-1)];
  const plotWidth = width - MARGIN.left - MARGIN.right;
  const plotHeight = height - MARGIN.top - MARGIN.bottom;
  const scale: Scale = {
    x: (ms) => MARGIN.left + ((ms - input.startMs) / (input.endMs - input.startMs)) * plotWidth,
    y: (value) => MARGIN.top + (1 - (value - low) / (high - low)) * plotHeight,
  };
  const frame = { left: MARGIN.left, right: width - MARGIN.right, top: MARGIN.top, bottom: height - MARGIN.bottom };
  const shapes = [
    ...ticks.flatMap((tick) => valueTick(tick, scale, frame)),
    ...timeTicks(input.startMs, input.endMs, 8).flatMap((tick) => timeTick(tick, scale, frame)),
    ...marks(input, scale, frame),
    ...input.series.slice(0, MAX_SERIES).flatMap((series, index) => curve(series, input, scale, colorOf(index))),
  ];
  return { width, height, background: '#ffffff', shapes };
}

interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Room for all values and the threshold. */
function valueAxis({ series, threshold }: GraphInput): readonly number[] {
  let [min, max] = threshold === undefined ? [Infinity, -Infinity] : [threshold, threshold];
  for (const { values } of series.slice(0, MAX_SERIES)) {
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  if (min > max) return valueTicks(0, 1, 4);
  // Zero belongs to the picture unless all happens far away from it.
  if (min > 0 && min < max * 0.7) min = 0;
  if (max < 0 && max > min * 0.7) max = 0;
  const room = min === max ? Math.max(Math.abs(min) * 0.1, 1e-9) : 0;
  return valueTicks(min - room, max + room, 4);
}

function valueTick(tick: number, scale: Scale, frame: Frame): Shape[] {
  const y = scale.y(tick);
  return [
    { kind: 'line', points: [frame.left, y, frame.right, y], color: GRID, width: 1 },
    label(formatValue(tick), frame.left - 6, y + TEXT_SIZE / 2, 'end'),
  ];
}

function timeTick(tick: number, scale: Scale, frame: Frame): Shape[] {
  const x = scale.x(tick);
  return [
    { kind: 'line', points: [x, frame.bottom, x, frame.bottom + 4], color: INK, width: 1 },
    label(formatTime(tick), x, frame.bottom + 16, 'middle'),
  ];
}

function label(text: string, x: number, baseline: number, anchor: Text['anchor']): Text {
  return { kind: 'text', x, baseline, anchor, size: TEXT_SIZE, color: INK, text };
}

/** The threshold and the beginning of the alert. */
function marks({ threshold, markMs, startMs, endMs }: GraphInput, scale: Scale, frame: Frame): Shape[] {
  const shapes: Shape[] = [];
  if (threshold !== undefined) {
    const y = scale.y(threshold);
    shapes.push({ kind: 'line', points: [frame.left, y, frame.right, y], color: ALARM, width: 1.2 });
  }
  if (markMs !== undefined && markMs >= startMs && markMs <= endMs) {
    const x = scale.x(markMs);
    for (let y = frame.top; y < frame.bottom; y += 7) {
      shapes.push({ kind: 'line', points: [x, y, x, Math.min(y + 4, frame.bottom)], color: ALARM, width: 1 });
    }
  }
  return shapes;
}

/** Lines between neighbours, dots where a value stands alone. */
function curve({ timesMs, values }: GraphSeries, { maxGapMs }: GraphInput, scale: Scale, color: string): Shape[] {
  const shapes: Shape[] = [];
  let points: number[] = [];
  let lastMs = -Infinity;
  const end = () => {
    const [x = 0, y = 0] = points;
    if (points.length === 2) shapes.push({ kind: 'dot', x, y, radius: 2, color });
    else if (points.length > 2) shapes.push({ kind: 'line', points, color, width: 1.6 });
    points = [];
  };
  for (const [index, ms] of timesMs.entries()) {
    const value = values[index] ?? Number.NaN;
    if (!Number.isFinite(value) || ms - lastMs > maxGapMs) end();
    if (!Number.isFinite(value)) continue;
    points.push(scale.x(ms), scale.y(value));
    lastMs = ms;
  }
  end();
  return shapes;
}
