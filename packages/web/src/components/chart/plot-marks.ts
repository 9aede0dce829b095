/** Lines over a chart that are no series: a limit across it, moments up and down it. Drawn on the chart's own canvas. */
import type uPlot from 'uplot';

/** A value that the series are compared with. */
interface PlotLimit {
  readonly value: number;
  readonly label: string;
}

/** A moment worth knowing. */
interface PlotMoment {
  readonly atMs: number;
  readonly label: string;
}

export interface PlotMarks {
  readonly limits: readonly PlotLimit[];
  readonly moments: readonly PlotMoment[];
}

export const NO_MARKS: PlotMarks = { limits: [], moments: [] };

interface MarkColours {
  readonly limit: string;
  readonly moment: string;
  readonly panel: string;
}

const DASH = [6, 4];
const PAD = 4;

/** The ends of the value axis so that limits are on it too. */
export function withLimits(
  min: number | null,
  max: number | null,
  { limits }: PlotMarks,
): [min: number | null, max: number | null] {
  const values = limits.map(({ value }) => value);
  if (values.length === 0) return [min, max];
  return [Math.min(...values, min ?? Number.POSITIVE_INFINITY), Math.max(...values, max ?? Number.NEGATIVE_INFINITY)];
}

export function drawMarks(plot: uPlot, marks: PlotMarks, colours: MarkColours, font: string, ratio: number): void {
  const { ctx, bbox } = plot;
  const right = bbox.left + bbox.width;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  // Whole pixels, so that a dashed line is as dark as its colour.
  ctx.lineWidth = Math.round(1.5 * ratio);
  ctx.font = font.replace(/^(\d+)px/, (_, size: string) => `${Number(size) * ratio}px`);
  ctx.textBaseline = 'bottom';
  for (const { value, label } of marks.limits) {
    const y = Math.round(plot.valToPos(value, 'y', true));
    ctx.strokeStyle = colours.limit;
    ctx.setLineDash(DASH.map((length) => length * ratio));
    stroke(ctx, bbox.left, y, right, y);
    const isRoomAbove = y - bbox.top > 18 * ratio;
    text(
      ctx,
      label,
      right - PAD * ratio,
      isRoomAbove ? y - PAD * ratio : y + 16 * ratio,
      'right',
      colours.limit,
      colours,
    );
  }
  ctx.setLineDash([]);
  for (const { atMs, label } of marks.moments) {
    const x = Math.round(plot.valToPos(atMs / 1000, 'x', true));
    if (x < bbox.left || x > right) continue;
    ctx.strokeStyle = colours.moment;
    stroke(ctx, x, bbox.top, x, bbox.top + bbox.height);
    const isRoomRight = right - x > 90 * ratio;
    text(
      ctx,
      label,
      isRoomRight ? x + PAD * ratio : x - PAD * ratio,
      bbox.top + 14 * ratio,
      isRoomRight ? 'left' : 'right',
      colours.moment,
      colours,
    );
  }
  ctx.restore();
}

function stroke(ctx: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.lineTo(x1, y1);
  ctx.stroke();
}

/** With an edge in the colour of the panel, so that it can be read over a curve. */
function text(
  ctx: CanvasRenderingContext2D,
  label: string,
  x: number,
  y: number,
  align: CanvasTextAlign,
  colour: string,
  { panel }: MarkColours,
): void {
  ctx.save();
  ctx.setLineDash([]);
  ctx.textAlign = align;
  ctx.lineJoin = 'round';
  ctx.lineWidth *= 2.5;
  ctx.strokeStyle = panel;
  ctx.strokeText(label, x, y);
  ctx.fillStyle = colour;
  ctx.fillText(label, x, y);
  ctx.restore();
}
