/** The instances of a rule that fire or are about to. */
import type { AlertInstance } from '@sightline/api-types';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Health, type HealthKind } from '../../../components/Health.tsx';
import { LabelList } from '../../../components/LabelList.tsx';
import { QueryGate } from '../../../components/QueryGate.tsx';
import { keepScope } from '../../../components/shell/Rail.tsx';
import type { RuleRow } from '../../../lib/rules-model.ts';
import { formatAge } from '../../../lib/time-format.ts';
import { formatValue } from '../../../lib/units.ts';
import type { InstancesQuery } from './use-rule-instances.ts';

const SHOWN = 50;
const KINDS: Readonly<Record<AlertInstance['state'], HealthKind>> = {
  pending: 'warn',
  firing: 'crit',
  silenced: 'unknown',
  inhibited: 'unknown',
  muted: 'unknown',
  resolved: 'ok',
};

interface RuleInstancesProps {
  readonly row: RuleRow;
  readonly instances: InstancesQuery;
  readonly nowMs: number;
}

export function RuleInstances({ row: { rule }, instances, nowMs }: RuleInstancesProps): ReactNode {
  if (rule.firing + rule.pending === 0) return null;
  return (
    <section className="panel" aria-label="Instances">
      <div className="panel-head">
        <h2>Instances</h2>
      </div>
      <div className="panel-body">
        <QueryGate query={instances} height={80}>
          {(own) => (
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
          )}
        </QueryGate>
      </div>
    </section>
  );
}
