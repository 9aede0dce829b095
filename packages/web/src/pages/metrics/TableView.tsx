/** Instant values at the end of the range: sortable, virtual, copied raw. */
import { useQueries } from '@tanstack/react-query';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import { queryInstant } from '../../api/prometheus.ts';
import { CopyButton } from '../../components/CopyButton.tsx';
import { asApiError } from '../../components/QueryGate.tsx';
import { useKeptAnswers } from '../../components/query/use-kept-answers.ts';
import { ErrorState, Skeleton, StateStrip, StateView } from '../../components/State.tsx';
import { VirtualTable } from '../../components/VirtualTable.tsx';
import { seriesText } from '../../lib/chart-data.ts';
import type { QueryRow } from '../../lib/query-rows.ts';
import { fillVariables } from '../../lib/step.ts';
import { formatDateTime } from '../../lib/time-format.ts';
import { guessUnit } from '../../lib/unit-guess.ts';
import { formatValue, type Unit } from '../../lib/units.ts';
import type { RangeState } from '../../state/url.ts';

interface TableViewProps {
  readonly rows: readonly QueryRow[];
  readonly timeMs: number;
  readonly stepMs: number;
  readonly range: RangeState;
  readonly unit: Unit | null;
}

interface ValueRow {
  readonly key: string;
  readonly ref: string;
  readonly text: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly raw: string;
  readonly value: number;
  readonly unit: Unit;
}

const SECOND = 1_000;

export function TableView({ rows, timeMs, stepMs, range, unit }: TableViewProps): ReactNode {
  const active = rows.filter(({ isOn, expr }) => isOn && expr.trim() !== '');
  const at = Math.floor(timeMs / SECOND) * SECOND;
  const queries = useQueries({
    queries: active.map(({ expr }) => ({
      queryKey: ['instant', expr, at],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        queryInstant(fillVariables(expr, stepMs, range.toMs - range.fromMs), at, signal),
    })),
  });
  const [sort, setSort] = useState<{ by: string; isDescending: boolean }>({ by: 'value', isDescending: true });
  const answers = useKeptAnswers(
    active.map(({ expr }) => expr),
    queries.map(({ data }) => data),
  );
  const found: ValueRow[] = answers.flatMap(({ value: data }, index) => {
    const row = active[index];
    if (data === undefined || row === undefined) return [];
    const rowUnit = unit ?? guessUnit(row.expr);
    return data.rows.map(({ metric, value }) => ({
      key: `${row.ref}:${seriesText(metric)}`,
      ref: row.ref,
      text: seriesText(metric),
      labels: metric,
      raw: value[1],
      value:
        value[1] === '+Inf'
          ? Number.POSITIVE_INFINITY
          : value[1] === '-Inf'
            ? Number.NEGATIVE_INFINITY
            : Number(value[1]),
      unit: rowUnit,
    }));
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
      return <ErrorState error={first.error} onRetry={() => void first.query.refetch()} />;
    return (
      <StateView
        state="empty-range"
        title={`No values at ${formatDateTime(at, range.zone, range.nowMs)}.`}
        detail="The table shows one instant, the end of the range. The graph shows the whole range."
      />
    );
  }
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
      <VirtualTable
        label="Values"
        rows={sorted}
        keyOf={(row) => row.key}
        head={
          <tr>
            {active.length > 1 && header('ref', 'query')}
            {columns.map((name) => header(`label:${name}`, name === '__name__' ? 'metric' : name))}
            {header('value', 'value', true)}
            <th scope="col">
              <span className="visually-hidden">Copy</span>
            </th>
          </tr>
        }
        columns={columns.length + (active.length > 1 ? 3 : 2)}
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

/** Labels as columns: the metric's name first, then those with differing values before those all rows share. */
function labelColumns(rows: readonly Readonly<Record<string, string>>[]): string[] {
  const names = [...new Set(rows.flatMap((labels) => Object.keys(labels)))].sort();
  const spread = (name: string): number => new Set(rows.map((labels) => labels[name])).size;
  return names.sort(
    (a, b) =>
      Number(b === '__name__') - Number(a === '__name__') ||
      Number(spread(b) > 1) - Number(spread(a) > 1) ||
      a.localeCompare(b),
  );
}

function sortRows(rows: readonly ValueRow[], by: string, isDescending: boolean): ValueRow[] {
  const direction = isDescending ? -1 : 1;
  return [...rows].sort((a, b) => {
    if (by === 'value') {
      if (Number.isNaN(a.value) || Number.isNaN(b.value))
        return Number(Number.isNaN(a.value)) - Number(Number.isNaN(b.value));
      return direction * (a.value - b.value) || a.text.localeCompare(b.text);
    }
    const textOf = (row: ValueRow): string => (by === 'ref' ? row.ref : (row.labels[by.slice('label:'.length)] ?? ''));
    return direction * textOf(a).localeCompare(textOf(b), 'en', { numeric: true });
  });
}
