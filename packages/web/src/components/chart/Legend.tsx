/** The legend: the swatch toggles, the name isolates (alt: on all charts), ctrl or ⌘ click on the name toggles. A table with statistics or a list. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type KeyboardEvent, type MouseEvent, type ReactNode, useRef, useState } from 'react';
import {
  type HiddenKeys,
  type LegendColumn,
  type LegendRow,
  type LegendSort,
  legendRows,
  nextSort,
} from '../../lib/legend-model.ts';
import { ChangeText } from './ChangeText.tsx';
import type { SeriesLook } from '../../lib/series-colour.ts';
import { formatValue, type Unit } from '../../lib/units.ts';
import { type Labels, seriesText } from '../../lib/chart-data.ts';

interface LegendEntry extends LegendRow {
  readonly labels: Labels;
  readonly look: SeriesLook;
}

interface LegendProps {
  readonly kind: 'table' | 'list';
  readonly rows: readonly LegendEntry[];
  readonly hidden: HiddenKeys;
  readonly unit: Unit;
  /** What the values are compared with, in words; null shows no change. */
  readonly comparedWith: string | null;
  readonly onToggle: (key: string) => void;
  readonly onIsolate: (key: string) => void;
  /** Isolates the same labels on every chart of the page. */
  readonly onIsolateAll: (key: string) => void;
}

const FILTER_ABOVE = 20;
const VIRTUAL_ABOVE = 50;
const ROW_HEIGHT = 26;
const STATS: readonly LegendColumn[] = ['last', 'mean', 'min', 'max'];
const COLUMN_NAMES: Partial<Record<LegendColumn, string>> = { name: 'series', change: 'Δ mean' };

export function Legend(props: LegendProps): ReactNode {
  const { kind, rows, hidden, unit, comparedWith } = props;
  const { onToggle, onIsolate, onIsolateAll } = props;
  const actions = { onToggle, onIsolate, onIsolateAll };
  const [sort, setSort] = useState<LegendSort>({ column: 'last', isDescending: true });
  const [filter, setFilter] = useState('');
  const scroller = useRef<HTMLElement>(null);
  const shown = kind === 'list' ? [...rows] : legendRows(rows, sort, filter);
  const isVirtual = shown.length > VIRTUAL_ABOVE;
  const virtual = useVirtualizer({
    count: isVirtual ? shown.length : 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
  });
  const items = isVirtual
    ? virtual
        .getVirtualItems()
        .map(({ index }) => shown[index])
        .filter((row) => row !== undefined)
    : shown;
  const before = isVirtual ? (virtual.getVirtualItems()[0]?.start ?? 0) : 0;
  const after = isVirtual ? virtual.getTotalSize() - before - items.length * ROW_HEIGHT : 0;

  if (kind === 'list') {
    return (
      <ul className="legend-list">
        {items.map((row) => (
          <li key={row.key} className="legend-item" data-testid="legend-item" data-hidden={hidden.has(row.key)}>
            <EntryButtons row={row} isHidden={hidden.has(row.key)} {...actions} />
            <span className="num legend-value">{formatValue(row.stats.last, unit)}</span>
            {comparedWith !== null && <ChangeText change={row.change} unit={unit} comparedWith={comparedWith} />}
          </li>
        ))}
      </ul>
    );
  }
  return (
    <div className="legend">
      {rows.length > FILTER_ABOVE && (
        <input
          className="field legend-filter"
          type="search"
          placeholder={`Filter ${rows.length} series`}
          aria-label="Filter series"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section ref={scroller} className="legend-scroll" tabIndex={0} aria-label="Legend">
        <table className="legend-table" aria-rowcount={shown.length + 1}>
          <thead>
            <tr>
              <HeaderCell column="name" sort={sort} onSort={setSort} />
              {STATS.map((column) => (
                <HeaderCell key={column} column={column} sort={sort} onSort={setSort} />
              ))}
              {comparedWith !== null && <HeaderCell column="change" sort={sort} onSort={setSort} />}
            </tr>
          </thead>
          <tbody>
            {before > 0 && <tr style={{ height: before }} className="spacer" />}
            {items.map((row) => (
              <tr key={row.key} className="legend-item" data-testid="legend-item" data-hidden={hidden.has(row.key)}>
                <td>
                  <EntryButtons row={row} isHidden={hidden.has(row.key)} {...actions} />
                </td>
                <td className="num">{formatValue(row.stats.last, unit)}</td>
                <td className="num">{formatValue(row.stats.mean, unit)}</td>
                <td className="num">{formatValue(row.stats.min, unit)}</td>
                <td className="num">{formatValue(row.stats.max, unit)}</td>
                {comparedWith !== null && (
                  <td className="num">
                    <ChangeText change={row.change} unit={unit} comparedWith={comparedWith} />
                  </td>
                )}
              </tr>
            ))}
            {after > 0 && <tr style={{ height: after }} className="spacer" />}
          </tbody>
        </table>
        {shown.length === 0 && (
          <p className="hint">
            0 of {rows.length} series match "{filter}".
          </p>
        )}
      </section>
    </div>
  );
}

function HeaderCell({
  column,
  sort,
  onSort,
}: {
  column: LegendColumn;
  sort: LegendSort;
  onSort: (sort: LegendSort) => void;
}): ReactNode {
  const isSorted = sort.column === column;
  const Arrow = sort.isDescending ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      className={column === 'name' ? undefined : 'num'}
      aria-sort={isSorted ? (sort.isDescending ? 'descending' : 'ascending') : 'none'}
    >
      <button type="button" className="sort" onClick={() => onSort(nextSort(sort, column))}>
        {COLUMN_NAMES[column] ?? column}
        {isSorted && <Arrow size={12} aria-hidden="true" />}
      </button>
    </th>
  );
}

interface EntryProps {
  readonly row: LegendEntry;
  readonly isHidden: boolean;
  readonly onToggle: (key: string) => void;
  readonly onIsolate: (key: string) => void;
  readonly onIsolateAll: (key: string) => void;
}

function EntryButtons({ row, isHidden, onToggle, onIsolate, onIsolateAll }: EntryProps): ReactNode {
  const onName = (event: MouseEvent): void => {
    if (event.altKey) onIsolateAll(row.key);
    else if (event.ctrlKey || event.metaKey) onToggle(row.key);
    else onIsolate(row.key);
  };
  // A press of Enter carries no modifiers to the click that follows it.
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.altKey || event.shiftKey)) return;
    event.preventDefault();
    if (event.altKey) onIsolateAll(row.key);
    else onToggle(row.key);
  };
  return (
    <span className="legend-entry">
      <button
        type="button"
        className="legend-swatch"
        aria-pressed={!isHidden}
        aria-label={`Show ${row.name}`}
        title={isHidden ? 'Show' : 'Hide'}
        onClick={() => onToggle(row.key)}
      >
        <Swatch look={row.look} />
      </button>
      <button
        type="button"
        className="legend-name"
        title={`${seriesText(row.labels)}\nClick: only this one. Ctrl click: hide. Alt click: only this on every chart.\nKeys: Enter, Shift Enter, Alt Enter.`}
        onClick={onName}
        onKeyDown={onKey}
      >
        {row.name}
      </button>
    </span>
  );
}

function Swatch({ look }: { look: SeriesLook }): ReactNode {
  return (
    <svg width="16" height="8" viewBox="0 0 16 8" aria-hidden="true">
      <line
        x1="0"
        y1="4"
        x2="16"
        y2="4"
        strokeWidth="3"
        strokeDasharray={look.dash.map((part) => part * 0.8).join(' ')}
        stroke={look.slot === null ? 'var(--series-neutral)' : `var(--series-${look.slot + 1})`}
      />
    </svg>
  );
}
