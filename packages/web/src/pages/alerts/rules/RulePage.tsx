/** One rule: what it asks, what it gave lately, whom it would tell, and what it would have done. */
import { useQuery } from '@tanstack/react-query';
import type { RuleGroups } from '@sightline/api-types';
import { Link, useParams } from '@tanstack/react-router';
import { BellOff, ChartLine } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import { ruleGroups } from '../../../api/rules.ts';
import { CopyButton } from '../../../components/CopyButton.tsx';
import { Health } from '../../../components/Health.tsx';
import { LabelList } from '../../../components/LabelList.tsx';
import { PromqlText } from '../../../components/PromqlText.tsx';
import { QueryGate } from '../../../components/QueryGate.tsx';
import { keepScope } from '../../../components/shell/Rail.tsx';
import { StateStrip, StateView } from '../../../components/State.tsx';
import { usePollMs } from '../../../components/use-poll.ts';
import type { Shortcut } from '../../../lib/keymap.ts';
import { matchersOf } from '../../../lib/matchers.ts';
import { findRule, lastError, plainLabels, type RuleRow } from '../../../lib/rules-model.ts';
import { patchSearch, pickGlobals, type SearchParams } from '../../../lib/search-params.ts';
import { formatSpan } from '../../../lib/time-format.ts';
import { useShell } from '../../../state/shell.ts';
import { useShortcuts } from '../../../state/shortcuts.ts';
import { AlertsTabs } from '../AlertsTabs.tsx';
import { SilenceDrawer } from '../silences/SilenceDrawer.tsx';
import { BacktestPanel } from './backtest/BacktestPanel.tsx';
import { healthOf, instancesText } from './condition.ts';
import { RoutePreview } from './RoutePreview.tsx';
import { RuleEvaluations } from './RuleEvaluations.tsx';
import { RuleInstances } from './RuleInstances.tsx';
import { RULES_KEY } from './rules-key.ts';
import { useRuleInstances } from './use-rule-instances.ts';

const NONE = [] as const;

export function RulePage(): ReactNode {
  const { id } = useParams({ from: '/alerts/rules/$id' });
  const pollMs = usePollMs();
  const query = useQuery({
    queryKey: RULES_KEY,
    queryFn: ({ signal }) => ruleGroups(signal),
    refetchInterval: pollMs,
  });
  return (
    <div className="page">
      <AlertsTabs />
      <QueryGate query={query} height={400}>
        {(data) => <Found data={data} id={id} />}
      </QueryGate>
    </div>
  );
}

function Found({ data, id }: { data: RuleGroups; id: string }): ReactNode {
  const row = findRule(data, id);
  if (row === undefined) {
    return (
      <section className="panel">
        <StateView
          state="empty-filter"
          title="This rule does not run any more."
          detail="It was removed or renamed, or its file or group was."
        >
          <Link className="button" to="/alerts/rules" search={keepScope}>
            All rules
          </Link>
        </StateView>
      </section>
    );
  }
  return <RuleView row={row} nowMs={data.nowMs} />;
}

function RuleView({ row, nowMs }: { row: RuleRow; nowMs: number }): ReactNode {
  const { rule, group } = row;
  const { kind, word } = healthOf(row);
  const toast = useShell((state) => state.toast);
  const [isSilencing, setIsSilencing] = useState(false);
  const instances = useRuleInstances(row);
  const error = lastError(rule);
  const isAlerting = rule.kind === 'alerting';
  const keys = useMemo(
    (): readonly Shortcut[] =>
      isAlerting ? [{ keys: 'm', label: 'Silence this rule', group: 'Page', run: () => setIsSilencing(true) }] : [],
    [isAlerting],
  );
  useShortcuts('rule', keys);
  return (
    <div className="stack">
      <section className="panel" aria-label="Rule" data-testid="rule-view">
        <div className="panel-head rule-head">
          <Health kind={kind} word={word} />
          <h2 className="rule-title">{rule.name}</h2>
          <span className="panel-end">
            <Link className="button" to="/metrics" search={exploreOf(rule.expr)} title="The expression as a graph">
              <ChartLine size={14} aria-hidden="true" />
              Open in Metrics
            </Link>
            {isAlerting && (
              <button type="button" className="button" title="Silence (m)" onClick={() => setIsSilencing(true)}>
                <BellOff size={14} aria-hidden="true" />
                Silence
              </button>
            )}
          </span>
        </div>
        <div className="panel-body stack rule-body">
          {error !== null && <StateStrip state="error">{error}</StateStrip>}
          <div className="rule-query">
            <PromqlText text={rule.expr} />
            <CopyButton text={rule.expr} label="Copy the expression" isBare />
          </div>
          <RuleFacts row={row} />
        </div>
      </section>
      <div className="rule-columns">
        {isAlerting && (
          <div className="stack">
            <RuleInstances row={row} instances={instances} nowMs={nowMs} />
            <RoutePreview rule={rule} instances={instances.data ?? NONE} />
          </div>
        )}
        <RuleEvaluations row={row} />
      </div>
      <BacktestPanel
        subject={isAlerting ? { rule: { file: group.file, group: group.name, name: rule.name } } : null}
        why="Only alerting rules can be tried on the past: a recording rule fires nothing."
      />
      {isSilencing && (
        <SilenceDrawer
          matchers={matchersOf(plainLabels(rule))}
          onClose={() => setIsSilencing(false)}
          onCreated={() => {
            setIsSilencing(false);
            toast('Silenced.');
          }}
        />
      )}
    </div>
  );
}

const exploreOf = (expr: string): never => ((old: SearchParams) => patchSearch(pickGlobals(old), { q: expr })) as never;

function RuleFacts({ row }: { row: RuleRow }): ReactNode {
  const { rule, group } = row;
  const annotations = Object.entries(rule.annotations);
  return (
    <dl className="facts">
      {rule.kind === 'alerting' && (
        <div>
          <dt>fires</dt>
          <dd>
            {rule.forMs === 0 ? 'at once' : `after ${formatSpan(rule.forMs)}`}
            {rule.keepFiringForMs > 0 && `, and ${formatSpan(rule.keepFiringForMs)} longer than its cause`}
            {' · '}
            {instancesText(row)} now
          </dd>
        </div>
      )}
      <div>
        <dt>group</dt>
        <dd>
          {group.name}, every {formatSpan(group.intervalMs)}
          {group.limit > 0 && `, at most ${group.limit} results`}
        </dd>
      </div>
      <div>
        <dt>file</dt>
        <dd className="mono">{group.file}</dd>
      </div>
      <div>
        <dt>labels</dt>
        <dd>
          <LabelList labels={rule.labels} />
        </dd>
      </div>
      {annotations.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="rule-annotation">
            {/^https?:\/\/[^\s{]+$/.test(value) ? <a href={value}>{value}</a> : value}
          </dd>
        </div>
      ))}
    </dl>
  );
}
