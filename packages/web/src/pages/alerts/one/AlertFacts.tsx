/** What is known about it: value, receivers, labels, annotations. */
import type { AlertInstance } from '@sightline/api-types';
import type { ReactNode } from 'react';
import { CopyButton } from '../../../components/CopyButton.tsx';
import { LabelList } from '../../../components/LabelList.tsx';
import { formatDateTime } from '../../../lib/time-format.ts';
import { webUrl } from '../../../lib/web-url.ts';
import { useRange } from '../../../state/url.ts';
import { ValueText } from '../ValueText.tsx';

const SAID_ELSEWHERE = new Set(['runbook_url']);

export function AlertFacts({ alert }: { alert: AlertInstance }): ReactNode {
  const { zone, nowMs } = useRange();
  const annotations = Object.entries(alert.annotations).filter(([name]) => !SAID_ELSEWHERE.has(name));
  const link = webUrl(alert.generatorUrl);
  const labels = Object.entries(alert.labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return (
    <section className="panel" aria-label="Facts" data-testid="alert-facts">
      <div className="panel-head">
        <h3>Facts</h3>
        <span className="panel-end">
          <CopyButton isBare text={`{${labels.join(', ')}}`} label="Copy the labels" />
        </span>
      </div>
      <dl className="panel-body facts">
        <div>
          <dt>value</dt>
          <dd>
            <ValueText alert={alert} />
          </dd>
        </div>
        <div>
          <dt>{alert.state === 'pending' ? 'pending since' : 'began'}</dt>
          <dd className="num">{formatDateTime(alert.startsAtMs, zone, nowMs)}</dd>
        </div>
        {alert.endsAtMs !== null && (
          <div>
            <dt>ended</dt>
            <dd className="num">{formatDateTime(alert.endsAtMs, zone, nowMs)}</dd>
          </div>
        )}
        <div>
          <dt>receivers</dt>
          <dd>{alert.receivers.length === 0 ? 'none: no route takes it' : alert.receivers.join(', ')}</dd>
        </div>
        <div>
          <dt>rule</dt>
          <dd>
            {alert.rule === null ? 'of another server' : `${alert.rule.group} in ${alert.rule.file}`}
            {alert.rule === null && link !== null && (
              <>
                {' '}
                <a href={link} target="_blank" rel="noreferrer">
                  source
                </a>
              </>
            )}
          </dd>
        </div>
        <div>
          <dt>labels</dt>
          <dd>
            <LabelList labels={alert.labels} />
          </dd>
        </div>
        {annotations.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="annotation">{value}</dd>
          </div>
        ))}
        <div>
          <dt>fingerprint</dt>
          <dd className="mono">{alert.fingerprint}</dd>
        </div>
      </dl>
    </section>
  );
}
