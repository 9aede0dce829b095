/** Instances over time. Dragging over the lines chooses a range, as on a chart; the time picker does the same by keyboard. */
import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, type PointerEvent, type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import type { HistoryRow } from '../../../lib/alert-history-model.ts';
import { keyLabels } from '../../../lib/alert-model.ts';
import { laneParts } from '../../../lib/alert-timeline.ts';
import { draggedRange } from '../../../lib/range-moves.ts';
import { pickGlobals, type SearchParams } from '../../../lib/search-params.ts';
import { formatClock, formatDateTime, formatSpan } from '../../../lib/time-format.ts';
import { useRange, useSetRange } from '../../../state/url.ts';
import { Severity } from '../Severity.tsx';

const VIRTUAL_ABOVE = 60;
const ROW_HEIGHT = 45;
const TICKS = 5;
const MIN_DRAG_PX = 5;

export function HistoryRows({ rows }: { rows: readonly HistoryRow[] }): ReactNode {
  const { fromMs, toMs, zone } = useRange();
  const list = useRef<HTMLUListElement>(null);
  const [scroller, setScroller] = useState<HTMLElement | null>(null);
  const [offset, setOffset] = useState(0);
  useLayoutEffect(() => {
    const main = list.current?.closest('main') ?? null;
    setScroller(main);
    if (main !== null && list.current !== null) {
      setOffset(list.current.getBoundingClientRect().top - main.getBoundingClientRect().top + main.scrollTop);
    }
  }, []);
  const isVirtual = rows.length > VIRTUAL_ABOVE;
  const virtual = useVirtualizer({
    count: isVirtual ? rows.length : 0,
    getScrollElement: () => scroller,
    estimateSize: () => ROW_HEIGHT,
    scrollMargin: offset,
    overscan: 12,
    getItemKey: (index) => rows[index]?.fingerprint ?? index,
  });
  const line = (row: HistoryRow): ReactNode => <Line row={row} fromMs={fromMs} toMs={toMs} zone={zone} />;
  return (
    <section className="panel history" aria-label="Instances over time">
      <div className="history-line history-axis" aria-hidden="true">
        <span className="note">instance</span>
        <Axis fromMs={fromMs} toMs={toMs} zone={zone} />
        <span className="note num">fired</span>
      </div>
      <DragRange fromMs={fromMs} toMs={toMs}>
        <ul ref={list} className="history-list" style={isVirtual ? { height: virtual.getTotalSize() } : undefined}>
          {isVirtual
            ? virtual.getVirtualItems().map(({ index, key, start }) => {
                const row = rows[index];
                return (
                  <li
                    key={key}
                    ref={virtual.measureElement}
                    data-index={index}
                    aria-setsize={rows.length}
                    aria-posinset={index + 1}
                    className="alert-floating"
                    style={{ transform: `translateY(${start - offset}px)` }}
                  >
                    {row !== undefined && line(row)}
                  </li>
                );
              })
            : rows.map((row) => <li key={row.fingerprint}>{line(row)}</li>)}
        </ul>
      </DragRange>
    </section>
  );
}

interface LineProps {
  readonly row: HistoryRow;
  readonly fromMs: number;
  readonly toMs: number;
  readonly zone: string;
}

const UNITS = 1_000;
const MIN_UNITS = 1.5;
const HEIGHTS = { inactive: 2, pending: 9, firing: 18 } as const;
const STRIP_HEIGHT = 18;

const Line = memo(function Line({ row, fromMs, toMs, zone }: LineProps): ReactNode {
  const parts = laneParts(row.spans, fromMs, toMs).filter(({ state }) => state !== 'inactive');
  const last = parts.findLast(({ state }) => state === 'firing') ?? parts.at(-1);
  const scale = UNITS / Math.max(1, toMs - fromMs);
  const words = `${row.name}: fired ${row.firedCount} ${row.firedCount === 1 ? 'time' : 'times'}, ${formatSpan(row.firingMs)} in all${last === undefined ? '' : `, last from ${formatDateTime(last.fromMs, zone, toMs)}`}`;
  return (
    <div className="history-line" data-row={row.fingerprint} data-testid="history-row">
      <div className="history-name">
        <Severity labels={row.labels} />
        <Link
          to="/alerts/i/$fingerprint"
          params={{ fingerprint: row.fingerprint }}
          search={((old: SearchParams) => pickGlobals(old)) as never}
          className="alert-name"
        >
          {row.name}
        </Link>
        <span className="note clip-text">
          {keyLabels(row.labels)
            .map(([, value]) => value)
            .join(' ')}
        </span>
      </div>
      <svg
        className="history-strip"
        viewBox={`0 0 ${UNITS} ${STRIP_HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={words}
      >
        <rect
          x="0"
          y={STRIP_HEIGHT - HEIGHTS.inactive}
          width={UNITS}
          height={HEIGHTS.inactive}
          className="strip-base"
        />
        {parts.map((part) => (
          <rect
            key={`${part.fromMs}${part.state}`}
            x={(part.fromMs - fromMs) * scale}
            y={STRIP_HEIGHT - HEIGHTS[part.state]}
            width={Math.max(MIN_UNITS, (part.toMs - part.fromMs) * scale)}
            height={HEIGHTS[part.state]}
            className={`strip-${part.state}`}
          >
            <title>{`${part.state} ${formatClock(part.fromMs, zone)} → ${formatClock(part.toMs, zone)} (${formatSpan(part.toMs - part.fromMs)})`}</title>
          </rect>
        ))}
      </svg>
      <span className="history-count num">
        {row.firedCount}× <span className="note">{formatSpan(row.firingMs)}</span>
      </span>
    </div>
  );
});

function Axis({ fromMs, toMs, zone }: { fromMs: number; toMs: number; zone: string }): ReactNode {
  const isDays = toMs - fromMs > 86_400_000 * 2;
  const ticks = Array.from({ length: TICKS }, (_, index) => fromMs + ((toMs - fromMs) * index) / (TICKS - 1));
  return (
    <span className="history-ticks note num">
      {ticks.map((ms) => (
        <span key={ms}>
          {isDays ? formatDateTime(ms, zone, toMs).replace(/:\d\d$/, '') : formatClock(ms, zone, false)}
        </span>
      ))}
    </span>
  );
}

/** A drag that begins on a strip. */
function DragRange({ fromMs, toMs, children }: { fromMs: number; toMs: number; children: ReactNode }): ReactNode {
  const setRange = useSetRange();
  const [box, setBox] = useState<{ left: number; width: number } | null>(null);
  const drag = useRef<{ strip: DOMRect; startX: number } | null>(null);
  const host = useRef<HTMLDivElement>(null);
  const onPointerDown = (event: PointerEvent): void => {
    const strip = (event.target as Element).closest('.history-strip');
    if (strip === null || event.button !== 0) return;
    drag.current = { strip: strip.getBoundingClientRect(), startX: event.clientX };
    event.preventDefault();
  };
  const onPointerMove = (event: PointerEvent): void => {
    if (drag.current === null || host.current === null) return;
    const { startX, strip } = drag.current;
    const x = Math.max(strip.left, Math.min(strip.right, event.clientX));
    const outer = host.current.getBoundingClientRect();
    setBox({ left: Math.min(startX, x) - outer.left, width: Math.abs(x - startX) });
  };
  const end = (event: PointerEvent): void => {
    const started = drag.current;
    drag.current = null;
    setBox(null);
    if (started === null || Math.abs(event.clientX - started.startX) < MIN_DRAG_PX) return;
    const { left, width } = started.strip;
    const timeAt = (x: number): number => fromMs + (Math.max(0, Math.min(width, x - left)) / width) * (toMs - fromMs);
    const dragged = draggedRange(timeAt(started.startX), timeAt(event.clientX));
    if (dragged !== null) setRange(dragged.from, dragged.to);
  };
  return (
    <div
      ref={host}
      className="history-drag"
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={end}
      onPointerLeave={() => {
        drag.current = null;
        setBox(null);
      }}
    >
      {children}
      {box !== null && box.width > 0 && <span className="history-select" style={box} aria-hidden="true" />}
    </div>
  );
}
