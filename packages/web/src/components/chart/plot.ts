/** Keeps one uPlot alive: new data reuses it, anything else builds a new one. The rest of the app never sees uPlot. */
import uPlot from 'uplot';
import { type Column, ghostColumns, plotColumns } from './plot-model.ts';
import { type PlotHooks, type PlotSpec, plotOptions } from './plot-options.ts';

export interface CursorAt {
  readonly index: number;
  /** Pixels inside the plot area, and of the plot area inside the chart. */
  readonly left: number;
  readonly top: number;
  readonly offsetLeft: number;
  readonly offsetTop: number;
  readonly width: number;
  readonly height: number;
  /** Distance in pixels from the pointer to a series' point. */
  readonly distance: (series: number) => number;
}

/** A point inside the chart's element, in pixels. */
export interface PlotPlace {
  readonly left: number;
  readonly top: number;
  /** Of the whole element. */
  readonly width: number;
}

export interface Plot {
  /** Where a time and a value are drawn; what lies outside the value axis is put at its edge. */
  readonly place: (seconds: number, value: number) => PlotPlace;
  readonly update: (spec: PlotSpec) => void;
  readonly resize: (width: number, height: number) => void;
  /** Puts the cursor on a point for the keyboard; null takes it away. */
  readonly pointAt: (index: number | null, series: number) => void;
  readonly destroy: () => void;
}

export interface PlotEvents {
  readonly onZoom: PlotHooks['onZoom'];
  readonly onZoomOut: () => void;
  readonly onCursor: (at: CursorAt | null) => void;
  /** After each drawing: places have moved. */
  readonly onDraw: () => void;
}

/** Everything but the values: when this is the same, `setData` is enough. */
function structureOf({ data, hidden, shape, unit, zone, theme, syncKey, marks }: PlotSpec): string {
  const parts = data.series.map(({ key, ghost }) => [key, ghost !== undefined]);
  return JSON.stringify([parts, [...hidden].sort(), shape, unit, zone, theme, syncKey, marks]);
}

export function createPlot(
  host: HTMLElement,
  first: PlotSpec,
  size: { width: number; height: number },
  events: PlotEvents,
): Plot {
  let spec = first;
  const columnsOf = ({ data, shape, hidden }: PlotSpec): Column[] => [
    ...plotColumns(data, shape, hidden),
    ...ghostColumns(data, shape, hidden),
  ];
  let columns = columnsOf(spec);
  let { width, height } = size;
  let structure = structureOf(spec);

  const cursorOf = (plot: uPlot): CursorAt | null => {
    const { left = -10, top = -10, idx } = plot.cursor;
    if (left < 0 || idx === null || idx === undefined) return null;
    const ratio = uPlot.pxRatio;
    return {
      index: idx,
      left,
      top,
      offsetLeft: plot.bbox.left / ratio,
      offsetTop: plot.bbox.top / ratio,
      width: plot.bbox.width / ratio,
      height: plot.bbox.height / ratio,
      distance: (series) => {
        const value = columns[series]?.[idx];
        return value === null || value === undefined
          ? Number.POSITIVE_INFINITY
          : Math.abs(plot.valToPos(value, 'y') - top);
      },
    };
  };

  const build = (): uPlot => {
    const options = plotOptions(
      // The closure reads the current range, so a refresh that only moves time needs no new plot.
      {
        ...spec,
        get fromMs() {
          return spec.fromMs;
        },
        get toMs() {
          return spec.toMs;
        },
      },
      {
        onZoom: events.onZoom,
        onZoomOut: events.onZoomOut,
        onCursor: (plot) => events.onCursor(cursorOf(plot)),
        onDraw: events.onDraw,
      },
      width,
      height,
    );
    return new uPlot(options, [spec.data.times as number[], ...columns], host);
  };

  let plot = build();
  return {
    update: (next) => {
      const nextStructure = structureOf(next);
      spec = next;
      columns = columnsOf(next);
      if (nextStructure === structure) {
        plot.setData([next.data.times as number[], ...columns]);
        return;
      }
      structure = nextStructure;
      plot.destroy();
      plot = build();
    },
    resize: (nextWidth, nextHeight) => {
      if (nextWidth === width && nextHeight === height) return;
      [width, height] = [nextWidth, nextHeight];
      plot.setSize({ width, height });
    },
    pointAt: (index, series) => {
      if (index === null) {
        plot.setCursor({ left: -10, top: -10 });
        return;
      }
      const seconds = spec.data.times[index] ?? 0;
      const value = columns[series]?.[index];
      const top =
        value === null || value === undefined ? plot.bbox.height / uPlot.pxRatio / 2 : plot.valToPos(value, 'y');
      plot.setCursor({ left: plot.valToPos(seconds, 'x'), top });
    },
    place: (seconds, value) => {
      const ratio = uPlot.pxRatio;
      const { left, top, height: inner } = plot.bbox;
      const y = plot.valToPos(value, 'y');
      return {
        left: left / ratio + plot.valToPos(seconds, 'x'),
        top: top / ratio + Math.max(0, Math.min(inner / ratio, Number.isFinite(y) ? y : 0)),
        width,
      };
    },
    destroy: () => plot.destroy(),
  };
}
