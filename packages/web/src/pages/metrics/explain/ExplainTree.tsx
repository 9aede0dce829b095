/** The parts of one query as a tree grid. Pointing at a part marks it in the editor; arrow keys walk, open and close. */
import type { ExplainNode, TextSpan } from '@sightline/api-types';
import { ChevronDown, ChevronRight, TriangleAlert } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { formatValue } from '../../../lib/units.ts';
import { ExplainDetails } from './ExplainDetails.tsx';
import {
  type ExplainRow,
  explainRows,
  ownMs,
  samplesOf,
  seriesOf,
  slowestRow,
  totalMs,
  treeMove,
  wholeMs,
} from './explain-model.ts';

interface ExplainTreeProps {
  readonly root: ExplainNode;
  readonly label: string;
  readonly onMark: (span: TextSpan | null) => void;
  readonly onGraph: (span: TextSpan) => void;
}

const OPEN: ReadonlySet<string> = new Set();

export function ExplainTree({ root, label, onMark, onGraph }: ExplainTreeProps): ReactNode {
  const [closed, setClosed] = useState(OPEN);
  const [chosen, setChosen] = useState('0');
  const body = useRef<HTMLTableSectionElement>(null);
  const rows = useMemo(() => explainRows(root, closed), [root, closed]);
  const whole = useMemo(() => wholeMs(root), [root]);
  const slowest = useMemo(() => slowestRow(explainRows(root), whole), [root, whole]);
  const active = rows.find(({ id }) => id === chosen) ?? rows[0];
  const [pointed, setPointed] = useState<string | null>(null);
  const [hasFocus, setHasFocus] = useState(false);
  // The part under the pointer, else the one with the focus.
  const shown = rows.find(({ id }) => id === (pointed ?? (hasFocus ? active?.id : null)))?.node.span ?? null;
  const latest = useRef(onMark);
  latest.current = onMark;
  useEffect(() => latest.current(shown), [shown]);
  useEffect(() => () => latest.current(null), []);
  if (active === undefined) return null;

  const focus = (id: string): void => body.current?.querySelector<HTMLElement>(`[data-id="${id}"]`)?.focus();
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const next = treeMove(event.key, rows, active.id, closed);
    if (next === null) return;
    event.preventDefault();
    setClosed(next.closed);
    setChosen(next.active);
    focus(next.active);
  };
  const toggle = (id: string): void => {
    const next = new Set(closed);
    if (!next.delete(id)) next.add(id);
    setClosed(next);
  };
  return (
    <div className="explain-grid">
      <section className="table-scroll explain-scroll" aria-label={`${label}, scrolling`}>
        {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: rows that open, close and take the focus are a tree grid */}
        <table role="treegrid" aria-label={label} className="data-table explain-tree" onKeyDown={onKeyDown}>
          <thead>
            <tr>
              <th scope="col">part</th>
              <th scope="col" className="num">
                series
              </th>
              <th scope="col" className="num extra">
                samples
              </th>
              <th scope="col" className="num">
                time
              </th>
              <th scope="col" className="explain-bar-head">
                <span className="note">own, and with its parts</span>
              </th>
            </tr>
          </thead>
          <tbody ref={body} onMouseLeave={() => setPointed(null)} onBlur={() => setHasFocus(false)}>
            {rows.map((row) => (
              <TreeRow
                key={row.id}
                row={row}
                isClosed={closed.has(row.id)}
                isActive={row.id === active.id}
                isSlowest={row.id === slowest}
                whole={whole}
                onToggle={() => toggle(row.id)}
                onChoose={() => {
                  setChosen(row.id);
                  setHasFocus(true);
                }}
                onPoint={() => setPointed(row.id)}
              />
            ))}
          </tbody>
        </table>
      </section>
      <ExplainDetails row={active} onGraph={() => onGraph(active.node.span)} />
    </div>
  );
}

interface TreeRowProps {
  readonly row: ExplainRow;
  readonly isClosed: boolean;
  readonly isActive: boolean;
  readonly isSlowest: boolean;
  readonly whole: number;
  readonly onToggle: () => void;
  readonly onChoose: () => void;
  readonly onPoint: () => void;
}

function TreeRow({ row, isClosed, isActive, isSlowest, whole, ...on }: TreeRowProps): ReactNode {
  const { node, level, place, siblings, hasChildren } = row;
  const Arrow = isClosed ? ChevronRight : ChevronDown;
  const isKnown = seriesOf(node) !== null;
  return (
    <tr
      data-id={row.id}
      data-testid="explain-row"
      tabIndex={isActive ? 0 : -1}
      aria-level={level}
      aria-posinset={place}
      aria-setsize={siblings}
      aria-selected={isActive}
      {...(hasChildren ? { 'aria-expanded': !isClosed } : {})}
      onFocus={on.onChoose}
      onMouseEnter={on.onPoint}
      onClick={(event) => event.currentTarget.focus()}
    >
      <td className="explain-part" style={{ paddingLeft: 6 + (level - 1) * 18 }}>
        {hasChildren ? (
          <button
            type="button"
            className="explain-toggle"
            tabIndex={-1}
            aria-label={isClosed ? 'Open' : 'Close'}
            onClick={on.onToggle}
          >
            <Arrow size={14} aria-hidden="true" />
          </button>
        ) : (
          <span className="explain-toggle" />
        )}
        <code title={node.text}>{node.label}</code>
        {row.isDryUp && (
          <span className="health" data-health="warn" title="Its operands have values, its result has none">
            <TriangleAlert size={13} aria-hidden="true" />
            nothing left
          </span>
        )}
        {isSlowest && <span className="explain-slowest">takes longest</span>}
      </td>
      <td className="num">{seriesText(row)}</td>
      <td className="num extra">{formatValue(samplesOf(node), 'short')}</td>
      <td className="num">{isKnown ? formatValue(totalMs(row), 'ms') : '–'}</td>
      <td>
        <span className="explain-bar" aria-hidden="true">
          <i style={{ width: percent(totalMs(row), whole) }} />
          <b style={{ width: percent(ownMs(row), whole) }} />
        </span>
        <span className="visually-hidden">{formatValue(ownMs(row), 'ms')} of its own</span>
      </td>
    </tr>
  );
}

const percent = (part: number, whole: number): string => `${whole <= 0 ? 0 : Math.min(100, (part / whole) * 100)}%`;

/** `14 → 7` where a part changes their number. */
function seriesText(row: ExplainRow): string {
  const out = seriesOf(row.node);
  const into = row.node.figures?.seriesIn ?? null;
  const short = (value: number | null): string => formatValue(value, 'short');
  return !row.hasChildren || into === null || into === out ? short(out) : `${short(into)} → ${short(out)}`;
}
