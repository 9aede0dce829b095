/** Ties a plot and its tooltip to a component: creates, feeds, resizes and removes them. */
import { type RefObject, useCallback, useEffect, useRef } from 'react';
import { createPlot, type CursorAt, type Plot } from './plot.ts';
import type { PlotSpec } from './plot-options.ts';
import { createTooltip, type Tooltip } from './tooltip.ts';

export interface PlotHandle {
  readonly host: RefObject<HTMLDivElement | null>;
  readonly plot: RefObject<Plot | null>;
  readonly tooltip: RefObject<Tooltip | null>;
  /** Set while the pointer or the keyboard is on this chart: only then it shows a tooltip, not when another chart's pointer is shared. */
  readonly isOwn: RefObject<boolean>;
}

interface Options {
  readonly spec: PlotSpec;
  readonly height: number;
  readonly isOff: boolean;
  readonly clock: (seconds: number) => string;
  readonly onZoom: (fromMs: number, toMs: number) => void;
  readonly onZoomOut: () => void;
  readonly onDraw: () => void;
}

const MIN_WIDTH = 120;

export function usePlot(options: Options): PlotHandle {
  const { spec, height, isOff } = options;
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const tooltip = useRef<Tooltip | null>(null);
  const isOwn = useRef(false);
  const latest = useRef(options);
  latest.current = options;

  const onCursor = useCallback((at: CursorAt | null) => {
    if (at === null || !isOwn.current) return tooltip.current?.hide();
    const { spec: now, clock } = latest.current;
    const { data, looks, hidden, unit, theme } = now;
    tooltip.current?.show(at, { data, looks, hidden, isStacked: now.shape.isStacked, unit, theme, clock });
  }, []);

  useEffect(() => {
    const element = host.current;
    if (element === null || isOff) return undefined;
    tooltip.current = createTooltip(element);
    const width = (): number => Math.max(MIN_WIDTH, element.clientWidth);
    const made = createPlot(
      element,
      latest.current.spec,
      { width: width(), height },
      {
        onZoom: (from, to) => latest.current.onZoom(from, to),
        onZoomOut: () => latest.current.onZoomOut(),
        onCursor,
        onDraw: () => latest.current.onDraw(),
      },
    );
    plot.current = made;
    const observer = new ResizeObserver(() => made.resize(width(), height));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
      tooltip.current = null;
      element.replaceChildren();
    };
  }, [height, isOff, onCursor]);

  useEffect(() => {
    plot.current?.update(spec);
  }, [spec]);

  return { host, plot, tooltip, isOwn };
}
