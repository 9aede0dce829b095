/** Rules by file and group, trouble first. */
import { useQuery } from '@tanstack/react-query';
import type { RuleGroups } from '@sightline/api-types';
import { Link } from '@tanstack/react-router';
import { FlaskConical } from 'lucide-react';
import { type ReactNode, useMemo, useRef } from 'react';
import { ruleGroups } from '../../../api/rules.ts';
import { Snippet } from '../../../components/CopyButton.tsx';
import { Health } from '../../../components/Health.tsx';
import { QueryGate } from '../../../components/QueryGate.tsx';
import { keepScope } from '../../../components/shell/Rail.tsx';
import { StateView } from '../../../components/State.tsx';
import { useNow } from '../../../components/use-now.ts';
import { usePollMs } from '../../../components/use-poll.ts';
import { useRowKeys } from '../../../components/use-row-keys.ts';
import {
  arrangeRules,
  countConditions,
  type FileRows,
  type GroupRows,
  RULE_FILTERS,
  type RuleFilter,
} from '../../../lib/rules-model.ts';
import { firstValue } from '../../../lib/search-params.ts';
import { usePatchUrl, useUrlSearch } from '../../../state/url.ts';
import { AlertsTabs } from '../AlertsTabs.tsx';
import { RuleGroup } from './RuleGroup.tsx';
import { RULES_KEY } from './rules-key.ts';

/** Groups are open, the worst first, until they show this many rules. */
const OPEN_RULES = 150;

export function RulesPage(): ReactNode {
  const page = useRef<HTMLDivElement>(null);
  const pollMs = usePollMs();
  const query = useQuery({
    queryKey: RULES_KEY,
    queryFn: ({ signal }) => ruleGroups(signal),
    refetchInterval: pollMs,
  });
  useRowKeys('rules', page);
  return (
    <div className="page" ref={page}>
      <AlertsTabs />
      <QueryGate query={query} height={400}>
        {(data) => (data.groups.length === 0 ? <NoRules /> : <RuleFiles data={data} />)}
      </QueryGate>
    </div>
  );
}

function RuleFiles({ data }: { data: RuleGroups }): ReactNode {
  const search = useUrlSearch();
  const patch = usePatchUrl();
  const localMs = useNow(1_000);
  // Ages by the server's clock, moved on by ours.
  const offset = useRef({ data, byMs: data.nowMs - localMs });
  if (offset.current.data !== data) offset.current = { data, byMs: data.nowMs - Date.now() };
  const nowMs = localMs + offset.current.byMs;
  const text = firstValue(search['search']) ?? '';
  const wanted = firstValue(search['show']);
  const filter: RuleFilter = RULE_FILTERS.find((one) => one === wanted) ?? 'all';
  const counts = countConditions(data);
  const files = useMemo(() => arrangeRules(data, filter, text), [data, filter, text]);
  const total = data.groups.reduce((sum, { rules }) => sum + rules.length, 0);
  const open = useMemo(() => openFirst(files), [files]);
  return (
    <div className="stack">
      <div className="toolbar">
        <fieldset className="segmented wrap-segments">
          <legend className="visually-hidden">Show</legend>
          {RULE_FILTERS.map((one) => (
            <label key={one} data-on={filter === one}>
              <input
                type="radio"
                name="show"
                checked={filter === one}
                onChange={() => patch({ show: one === 'all' ? null : one })}
              />
              {one}
            </label>
          ))}
        </fieldset>
        <input
          key={text === '' ? 'empty' : 'filled'}
          className="field toolbar-search rule-search"
          type="search"
          aria-label="Filter rules"
          placeholder="Filter by name, expression, label, group or error"
          defaultValue={text}
          onChange={(event) => patch({ search: event.target.value === '' ? null : event.target.value }, 'replace')}
        />
        <span className="toolbar-end rules-summary">
          {counts.failing > 0 && <Health kind="crit" word={`${counts.failing} failing`} />}
          {counts.firing > 0 && <Health kind="crit" word={`${counts.firing} firing`} />}
          {counts.pending > 0 && <Health kind="warn" word={`${counts.pending} pending`} />}
          {counts.fine > 0 && <Health kind="ok" word={`${counts.fine} fine`} />}
          <TryLink />
        </span>
      </div>
      {files.length === 0 && (
        <section className="panel">
          <StateView
            state="empty-filter"
            title={`0 of ${total} rules ${text === '' ? `are ${filter === 'problems' ? 'in trouble' : filter}` : `match "${text}"`}.`}
          >
            <button type="button" className="button" onClick={() => patch({ search: null, show: null })}>
              Show all rules
            </button>
          </StateView>
        </section>
      )}
      {files.map(({ file, groups }) => (
        <section key={file} className="panel" aria-label={`File ${file}`}>
          <div className="panel-head">
            <h2 className="rule-file">{file}</h2>
          </div>
          {groups.map((rows) => (
            <RuleGroup key={rows.group.name} rows={rows} nowMs={nowMs} isOpenFirst={open.has(rows)} />
          ))}
        </section>
      ))}
    </div>
  );
}

function openFirst(files: readonly FileRows[]): ReadonlySet<GroupRows> {
  const open = new Set<GroupRows>();
  let shown = 0;
  for (const group of files.flatMap(({ groups }) => groups)) {
    shown += group.rows.length;
    if (shown > OPEN_RULES && open.size > 0) break;
    open.add(group);
  }
  return open;
}

function TryLink(): ReactNode {
  return (
    <Link className="button" to="/alerts/rules/new" search={keepScope}>
      <FlaskConical size={14} aria-hidden="true" />
      Try a rule
    </Link>
  );
}

const EXAMPLE = `rule_files:
  - rules/*.yml`;

function NoRules(): ReactNode {
  return (
    <section className="panel">
      <StateView
        state="empty-never"
        title="No rules are loaded."
        detail="Name your rule files in prometheus.yml and reload; files written for Prometheus work as they are. The rules that ship with Sightline are on unless alerting.default_rules is false."
      >
        <Snippet text={EXAMPLE} label="rule files in prometheus.yml" />
        <TryLink />
      </StateView>
    </section>
  );
}
