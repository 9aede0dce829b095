/** Who is told later when nobody has acknowledged. */
import type { EscalationEntry, NotifyStatus } from '@sightline/api-types';
import type { ReactNode } from 'react';
import { Snippet } from '../../../components/CopyButton.tsx';
import { formatSpan } from '../../../lib/time-format.ts';

const EXAMPLE = `alerting:
  escalations:
    - name: critical
      matchers: ['severity="critical"']
      steps:
        - {after: 15m, receiver: oncall-phone}
        - {after: 30m, receiver: team-lead, active_time_intervals: [business-hours]}`;

export function Escalations({ status: { escalations } }: { status: NotifyStatus }): ReactNode {
  return (
    <section className="panel" aria-label="Escalation" data-testid="escalations">
      <div className="panel-head">
        <h2>Escalation</h2>
        <span className="note">a later step only when nobody has acknowledged</span>
      </div>
      {escalations.length === 0 ? (
        <div className="panel-body stack">
          <p className="note">None is configured. In sightline.yml:</p>
          <Snippet text={EXAMPLE} label="an escalation in sightline.yml" />
        </div>
      ) : (
        <ul className="receiver-list">
          {escalations.map((escalation) => (
            <Escalation key={escalation.name} escalation={escalation} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Escalation({ escalation: { name, matchers, steps } }: { escalation: EscalationEntry }): ReactNode {
  return (
    <li className="receiver">
      <div className="receiver-head">
        <h3>{name}</h3>
        {matchers.map((matcher) => (
          <code key={matcher} className="route-matcher">
            {matcher}
          </code>
        ))}
      </div>
      <ol className="steps">
        <li>
          <b>now</b> <span className="note">as the routes say</span>
        </li>
        {steps.map(({ afterMs, receiver, activeTimeIntervals }) => (
          <li key={`${afterMs} ${receiver}`}>
            <b className="num">after {formatSpan(afterMs)}</b> {receiver}
            {activeTimeIntervals.length > 0 && <span className="note"> only in {activeTimeIntervals.join(', ')}</span>}
          </li>
        ))}
      </ol>
    </li>
  );
}
