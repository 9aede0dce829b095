/** The instances of a rule that fire or are about to. */
import { useQuery } from '@tanstack/react-query';
import type { AlertInstance } from '@sightline/api-types';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { alertList } from '../../../api/alerts.ts';
import { Health, type HealthKind } from '../../../components/Health.tsx';
import { LabelList } from '../../../components/LabelList.tsx';
import { QueryGate } from '../../../components/QueryGate.tsx';
import { keepScope } from '../../../components/shell/Rail.tsx';
import { usePollMs } from '../../../components/use-poll.ts';
import type { RuleRow } from '../../../lib/rules-model.ts';
import { formatAge } from '../../../lib/time-format.ts';
import { formatValue } from '../../../lib/units.ts';

const SHOWN = 50;
const KINDS: Readonly<Record<AlertInstance['state'], HealthKind>> = {
  pending: 'warn',
  firing: 'crit',
  silenced: 'unknown',
  inhibited: 'unknown',
  muted: 'unknown',
  resolved: 'ok',
};

export function RuleInstances({ row, nowMs }: { row: RuleRow; nowMs: number }): ReactNode {
  const { rule, group } = row;
  const pollMs = usePollMs();
  const query = useQuery({
    queryKey: ['alerts'],
    queryFn: ({ signal }) => alertList(signal),
    refetchInterval: pollMs,
    enabled: rule.firing + rule.pending > 0,
  });
  if (rule.firing + rule.pending === 0) return null;
  return (
    <section className="panel" aria-label="Instances">
      <div className="panel-head">
        <h2>Instances</h2>
      </div>
      <div className="panel-body">
        <QueryGate query={query} height={80}>
          {({ alerts }) => {
            const own = alerts.filter(
              ({ rule: of, state }) =>
                of !== null &&
                of.name === rule.name &&
                of.group === group.name &&
                of.file === group.file &&
                state !== 'resolved',
            );
            return (
              <ul className="rule-instances">
                {own.slice(0, SHOWN).map((alert) => (
                  <li key={alert.fingerprint}>
                    <Health kind={KINDS[alert.state]} word={alert.state} />
                    <LabelList labels={alert.labels} without={['alertname', ...Object.keys(rule.labels)]} />
                    <span className="num">{alert.value === null ? '' : formatValue(alert.value, 'short')}</span>
                    <Link to="/alerts/i/$fingerprint" params={{ fingerprint: alert.fingerprint }} search={keepScope}>
                      since {formatAge(nowMs - alert.startsAtMs)}
                    </Link>
                  </li>
                ))}
                {own.length > SHOWN && <li className="note">and {own.length - SHOWN} more</li>}
              </ul>
            );
          }}
        </QueryGate>
      </div>
    </section>
  );
}
