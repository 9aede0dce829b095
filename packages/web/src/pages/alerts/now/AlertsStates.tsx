/** What the list says when it is empty, and the rules that cannot say anything. */
import type { AlertList } from '@sightline/api-types';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { keepScope } from '../../../components/shell/Rail.tsx';
import { StateStrip, StateView } from '../../../components/State.tsx';
import { formatAge } from '../../../lib/time-format.ts';
import type { AlertsView } from './use-alerts-view.ts';

const SHOWN_RULES = 3;

export function FailingRules({ rules }: { rules: AlertList['failingRules'] }): ReactNode {
  if (rules.length === 0) return null;
  return (
    <section className="failing" aria-label="Rules that fail" data-testid="failing-rules">
      {rules.slice(0, SHOWN_RULES).map(({ file, group, name, error }) => (
        <StateStrip key={`${file}\n${group}\n${name}`} state="error">
          <span>
            <b>{name}</b> cannot be evaluated, so it cannot fire: {error}
          </span>
        </StateStrip>
      ))}
      {rules.length > SHOWN_RULES && (
        <Link to="/alerts/rules" search={keepScope}>
          {rules.length - SHOWN_RULES} more rules fail
        </Link>
      )}
    </section>
  );
}

function quiet({ ruleCount, lastEvaluationMs }: AlertList, nowMs: number): string {
  const rules = ruleCount === 1 ? '1 rule' : `${ruleCount} rules`;
  return lastEvaluationMs === null
    ? `${rules}, not evaluated yet`
    : `${rules} evaluated ${formatAge(nowMs - lastEvaluationMs)} ago`;
}

export function NoAlerts({ list, nowMs }: { list: AlertList; nowMs: number }): ReactNode {
  if (list.ruleCount === 0) {
    return (
      <section className="panel">
        <StateView
          state="empty-never"
          title="No rules yet."
          detail={
            <>
              Name rule files under <code>rule_files</code> in prometheus.yml, or leave{' '}
              <code>alerting.default_rules</code> on: it brings rules for hosts, targets and Sightline itself.
            </>
          }
        />
      </section>
    );
  }
  return (
    <section className="panel">
      <StateView state="empty-range" title="All quiet." detail={`${quiet(list, nowMs)}.`}>
        <Link to="/alerts/rules" search={keepScope} className="button">
          Rules
        </Link>
        <Link to="/alerts/history" search={keepScope} className="button">
          History
        </Link>
      </StateView>
    </section>
  );
}

/** There are alerts, but none that is asked for. */
export function NothingShown({ list, view, nowMs }: { list: AlertList; view: AlertsView; nowMs: number }): ReactNode {
  if (view.filter === '') {
    const isQuiet = view.states.has('firing') && view.states.has('pending');
    return (
      <section className="panel">
        <StateView
          state={isQuiet ? 'empty-range' : 'empty-filter'}
          title={isQuiet ? 'Nothing asks for attention.' : 'No alert is in these states.'}
          detail={`${quiet(list, nowMs)}.`}
        >
          {!isQuiet && (
            <button type="button" className="button" onClick={view.clear}>
              Show firing and pending
            </button>
          )}
        </StateView>
      </section>
    );
  }
  return (
    <section className="panel">
      <StateView
        state="empty-filter"
        title={`0 of ${list.alerts.length} alerts match ${view.filter}`}
        detail={view.error ?? 'Silenced and resolved ones count when their states are shown.'}
      >
        <button type="button" className="button" onClick={view.clear}>
          Clear the filter
        </button>
      </StateView>
    </section>
  );
}
