/** One group of rules as a table: how each fares, since when it was not evaluated, how long that took. */
import { Link } from '@tanstack/react-router';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { memo, type ReactNode, useState } from 'react';
import { Health } from '../../../components/Health.tsx';
import { keepScope } from '../../../components/shell/Rail.tsx';
import { type GroupRows, lastError, type RuleRow } from '../../../lib/rules-model.ts';
import { formatAge, formatSpan } from '../../../lib/time-format.ts';
import { formatValue } from '../../../lib/units.ts';
import { healthOf, instancesText } from './condition.ts';

interface RuleGroupProps {
  readonly rows: GroupRows;
  readonly nowMs: number;
  /** Whether it shows its rules before anybody asks. */
  readonly isOpenFirst: boolean;
}

export function RuleGroup({ rows: { group, rows }, nowMs, isOpenFirst }: RuleGroupProps): ReactNode {
  const [choice, setChoice] = useState<boolean | null>(null);
  const isOpen = choice ?? isOpenFirst;
  const Chevron = isOpen ? ChevronDown : ChevronRight;
  const late = group.missedEvaluations;
  return (
    <section className="rule-group" aria-label={`Group ${group.name}`} data-testid="rule-group">
      <div className="rule-group-head">
        <button
          type="button"
          className="rule-group-toggle"
          aria-expanded={isOpen}
          onClick={() => setChoice(!isOpen)}
          data-row={isOpen ? undefined : ''}
        >
          <Chevron size={14} aria-hidden="true" />
          {group.name}
        </button>
        <span className="note num">
          {rows.length === group.rules.length
            ? plural(rows.length, 'rule')
            : `${rows.length} of ${plural(group.rules.length, 'rule')}`}
          {' · '}every {formatSpan(group.intervalMs)}
          {' · '}
          {group.lastEvaluationMs === null
            ? 'not evaluated yet'
            : `evaluated ${formatAge(nowMs - group.lastEvaluationMs)} ago in ${formatValue(group.lastSeconds, 'seconds')}`}
        </span>
        {late > 0 && <Health kind="warn" word={`${plural(late, 'evaluation')} missed`} />}
      </div>
      {isOpen && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        <section className="table-scroll" tabIndex={0} aria-label={`Rules of ${group.name}`}>
          <table className="data-table rule-table">
            <thead>
              <tr>
                <th scope="col">state</th>
                <th scope="col">rule</th>
                <th scope="col">instances</th>
                <th scope="col" className="num extra">
                  for
                </th>
                <th scope="col" className="num extra">
                  took
                </th>
                <th scope="col" className="num extra">
                  samples
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <RuleLine key={row.id} row={row} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** The ages in the head move every second; the rows only with an answer. */
const RuleLine = memo(function RuleLine({ row }: { row: RuleRow }): ReactNode {
  const { rule, id } = row;
  const { kind, word } = healthOf(row);
  const last = rule.evaluations.at(-1);
  const error = lastError(rule);
  return (
    <tr data-row="" data-testid="rule" data-condition={row.condition}>
      <td>
        <Health kind={kind} word={word} />
      </td>
      <th scope="row">
        <Link to="/alerts/rules/$id" params={{ id }} search={keepScope}>
          {rule.name}
        </Link>
        <code className="rule-expr" title={rule.expr}>
          {rule.expr}
        </code>
        {error !== null && (
          <p className="target-error" title={error}>
            {error}
          </p>
        )}
      </th>
      <td className="num-left">{instancesText(row)}</td>
      <td className="num extra">{rule.forMs === 0 ? '–' : formatSpan(rule.forMs)}</td>
      <td className="num extra">{last === undefined ? '–' : formatValue(last.seconds, 'seconds')}</td>
      <td className="num extra">{last === undefined ? '–' : last.samples.toLocaleString('en')}</td>
    </tr>
  );
});
