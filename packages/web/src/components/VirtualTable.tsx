/** A table that draws only the rows in view once there are more than fifty. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useRef } from 'react';

interface VirtualTableProps<T> {
  readonly label: string;
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  readonly head: ReactNode;
  readonly columns: number;
  readonly row: (row: T) => ReactNode;
}

const ROW_HEIGHT = 33;
const VIRTUAL_ABOVE = 50;

export function VirtualTable<T>({ label, rows, keyOf, head, columns, row }: VirtualTableProps<T>): ReactNode {
  const scroller = useRef<HTMLElement>(null);
  const isVirtual = rows.length > VIRTUAL_ABOVE;
  const virtual = useVirtualizer({
    count: isVirtual ? rows.length : 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
  });
  const shown = virtual.getVirtualItems();
  const before = isVirtual ? (shown[0]?.start ?? 0) : 0;
  const after = isVirtual ? Math.max(0, virtual.getTotalSize() - (shown.at(-1)?.end ?? 0)) : 0;
  const items = isVirtual ? shown.map(({ index }) => index) : rows.map((_, index) => index);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section ref={scroller} className="table-scroll" tabIndex={0} aria-label={label}>
      <table className="data-table" aria-rowcount={rows.length + 1}>
        <thead>{head}</thead>
        <tbody>
          {before > 0 && (
            <tr style={{ height: before }} className="spacer">
              <td colSpan={columns} />
            </tr>
          )}
          {items.map((index) => {
            const one = rows[index];
            if (one === undefined) return null;
            return (
              <tr key={keyOf(one)} aria-rowindex={index + 2}>
                {row(one)}
              </tr>
            );
          })}
          {after > 0 && (
            <tr style={{ height: after }} className="spacer">
              <td colSpan={columns} />
            </tr>
          )}
        </tbody>
      </table>
    </section>
  );
}
