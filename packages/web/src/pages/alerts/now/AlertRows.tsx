/** The list itself. Long ones draw only what is near the screen; the page scrolls, not a box inside it. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import type { ListRow } from '../../../lib/alert-model.ts';
import { AlertRowView, type RowActions } from './AlertRowView.tsx';
import { FoldRowView } from './FoldRowView.tsx';

const VIRTUAL_ABOVE = 60;
const ROW_HEIGHT = 53;

interface AlertRowsProps {
  readonly rows: readonly ListRow[];
  readonly selected: ReadonlySet<string>;
  readonly nowMs: number;
  readonly zone: string;
  readonly silenceEnds: ReadonlyMap<string, number>;
  readonly actions: RowActions;
  readonly onTurn: (key: string) => void;
}

export function AlertRows(props: AlertRowsProps): ReactNode {
  const { rows } = props;
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
    getItemKey: (index) => rows[index]?.key ?? index,
  });
  if (!isVirtual) {
    return (
      <ul ref={list} className="alert-list" aria-label="Alerts">
        {rows.map((row) => (
          <li key={row.key}>
            <Row {...props} row={row} />
          </li>
        ))}
      </ul>
    );
  }
  return (
    <ul ref={list} className="alert-list" aria-label="Alerts" style={{ height: virtual.getTotalSize() }}>
      {virtual.getVirtualItems().map(({ index, key, start }) => {
        const row = rows[index];
        if (row === undefined) return null;
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
            <Row {...props} row={row} />
          </li>
        );
      })}
    </ul>
  );
}

function Row({
  row,
  selected,
  nowMs,
  zone,
  silenceEnds,
  actions,
  onTurn,
}: AlertRowsProps & { row: ListRow }): ReactNode {
  if (row.kind !== 'alert') return <FoldRowView row={row} nowMs={nowMs} onTurn={onTurn} />;
  const { alert, depth } = row;
  const ends = alert.silencedBy.flatMap((id) => silenceEnds.get(id) ?? []);
  return (
    <AlertRowView
      alert={alert}
      isSelected={selected.has(alert.fingerprint)}
      isInside={depth === 1}
      nowMs={nowMs}
      zone={zone}
      silencedUntilMs={ends.length === 0 ? null : Math.max(...ends)}
      actions={actions}
    />
  );
}
