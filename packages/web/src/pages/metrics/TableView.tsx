/** Instant values at the end of the range: sortable, virtual, copied raw. */
import { useQueries } from '@tanstack/react-query';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import { queryInstant } from '../../api/prometheus.ts';
import { CopyButton } from '../../components/CopyButton.tsx';
import { asApiError } from '../../components/QueryGate.tsx';
import { useKeptAnswers } from '../../components/query/use-kept-answers.ts';
import { Skeleton, StateStrip, StateView } from '../../components/State.tsx';
import { VirtualTable } from '../../components/VirtualTable.tsx';
import { ChangeText } from '../../components/chart/ChangeText.tsx';
import { compareShiftMs, compareWhen, compareWords } from '../../lib/compare.ts';
import type { QueryRow } from '../../lib/query-rows.ts';
import { fillVariables } from '../../lib/step.ts';
import { formatDateTime } from '../../lib/time-format.ts';
import { guessUnit } from '../../lib/unit-guess.ts';
import { formatValue, type Unit } from '../../lib/units.ts';
import { labelColumns, sortRows, valueRows } from '../../lib/value-rows.ts';
import { type RangeState, useCompare } from '../../state/url.ts';
import { QueryError } from './QueryError.tsx';

interface TableViewProps {
  readonly rows: readonly QueryRow[];
  readonly timeMs: number;
  readonly stepMs: number;
  readonly range: RangeState;
  readonly unit: Unit | null;
  /** Wraps the queries in topk(20, …). */
  readonly onTopk: () => void;
}

const SECOND = 1_000;

export function TableView({ rows, timeMs, stepMs, range, unit, onTopk }: TableViewProps): ReactNode {
  const active = rows.filter(({ isOn, expr }) => isOn && expr.trim() !== '');
  const at = Math.floor(timeMs / SECOND) * SECOND;
  const { choice } = useCompare();
  const instant = (expr: string, timeMs: number) => ({
    queryKey: ['instant', expr, timeMs],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      queryInstant(fillVariables(expr, stepMs, range.toMs - range.fromMs), timeMs, signal),
  });
  const queries = useQueries({ queries: active.map(({ expr }) => instant(expr, at)) });
  const shiftMs = choice === null ? null : compareShiftMs(choice, range.toMs - range.fromMs, SECOND);
  const before = useQueries({
    queries: shiftMs === null ? [] : active.map(({ expr }) => instant(expr, at - shiftMs)),
  });
  const [sort, setSort] = useState<{ by: string; isDescending: boolean }>({ by: 'value', isDescending: true });
  const answers = useKeptAnswers(
    active.map(({ expr }) => expr),
    queries.map(({ data }) => data),
  );
  const found = answers.flatMap(({ value: data }, index) => {
    const row = active[index];
    if (data === undefined || row === undefined) return [];
    return valueRows(row.ref, unit ?? guessUnit(row.expr), data.rows, before[index]?.data?.rows);
  });
  const columns = useMemo(() => labelColumns(found.map(({ labels }) => labels)), [found]);
  const sorted = sortRows(found, sort.by, sort.isDescending);
  const failed = queries
    .map((query, index) => ({
      error: asApiError(query.error ?? query.failureReason),
      ref: active[index]?.ref ?? '',
      query,
    }))
    .filter(({ error }) => error !== null);
  const [first] = failed;
  if (found.length === 0) {
    if (queries.some(({ isFetching, failureReason }) => isFetching && failureReason === null))
      return (
        <div className="panel-body">
          <Skeleton height={240} />
        </div>
      );
    if (first?.error !== undefined && first.error !== null)
      return (
        <QueryError
          error={first.error}
          attempts={first.query.failureCount}
          onRetry={() => void first.query.refetch()}
          onTopk={onTopk}
        />
      );
    return (
      <StateView
        state="empty-range"
        title={`No values at ${formatDateTime(at, range.zone, range.nowMs)}.`}
        detail="The table shows one instant, the end of the range. The graph shows the whole range."
      />
    );
  }
  const warnings = [...new Set(answers.flatMap(({ value }) => value?.warnings ?? []))];
  const failedBefore = asApiError(before.find(({ error }) => error !== null)?.error ?? null);
  const comparedWith = choice === null ? null : compareWords(choice);
  const header = (by: string, label: string, isNumber = false): ReactNode => (
    <th
      key={by}
      scope="col"
      className={isNumber ? 'num' : undefined}
      aria-sort={sort.by === by ? (sort.isDescending ? 'descending' : 'ascending') : 'none'}
    >
      <button
        type="button"
        className="sort"
        onClick={() => setSort({ by, isDescending: sort.by === by ? !sort.isDescending : isNumber })}
      >
        {label}
        {sort.by === by &&
          (sort.isDescending ? <ArrowDown size={12} aria-hidden="true" /> : <ArrowUp size={12} aria-hidden="true" />)}
      </button>
    </th>
  );
  return (
    <div className="panel-body">
      {failed.length > 0 && (
        <StateStrip state={failed.length < active.length ? 'partial' : 'stale'}>
          {failed.map(({ ref }) => ref).join(', ')} failed: {first?.error?.message}
        </StateStrip>
      )}
      {failedBefore !== null && choice !== null && (
        <StateStrip state="partial">
          The values {compareWhen(choice)} could not be read: {failedBefore.message}
        </StateStrip>
      )}
      {warnings.map((warning) => (
        <StateStrip key={warning} state="limited">
          {warning}
        </StateStrip>
      ))}
      <VirtualTable
        label="Values"
        rows={sorted}
        keyOf={(row) => row.key}
        head={
          <tr>
            {active.length > 1 && header('ref', 'query')}
            {columns.map((name) => header(`label:${name}`, name === '__name__' ? 'metric' : name))}
            {header('value', 'value', true)}
            {comparedWith !== null && header('earlier', comparedWith, true)}
            {comparedWith !== null && header('change', 'Δ', true)}
            <th scope="col">
              <span className="visually-hidden">Copy</span>
            </th>
          </tr>
        }
        columns={columns.length + (active.length > 1 ? 3 : 2) + (comparedWith === null ? 0 : 2)}
        row={(row) => (
          <>
            {active.length > 1 && <td>{row.ref}</td>}
            {columns.map((name) => (
              <td key={name} className="mono" title={row.labels[name]}>
                {row.labels[name] ?? <span className="note">–</span>}
              </td>
            ))}
            <td className="num">
              <data value={row.raw} title={row.raw}>
                {formatValue(row.value, row.unit)}
              </data>
            </td>
            {comparedWith !== null && (
              <>
                <td className="num">{formatValue(row.earlier, row.unit)}</td>
                <td className="num">
                  <ChangeText change={row.change} unit={row.unit} comparedWith={comparedWith} />
                </td>
              </>
            )}
            <td className="copy-cell">
              <CopyButton isBare text={row.raw} label={`Copy ${row.raw}`} />
            </td>
          </>
        )}
      />
      <p className="graph-foot num">
        at {formatDateTime(at, range.zone, range.nowMs)} · {found.length} series ·{' '}
        {Math.round(Math.max(0, ...answers.map(({ value }) => value?.tookMs ?? 0)))} ms
      </p>
    </div>
  );
}
