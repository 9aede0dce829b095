/** Receivers with their integrations: where they go, how the last message fared, and a test message. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { IntegrationEntry, NotifyStatus, ReceiverEntry, ReceiverTestResult } from '@sightline/api-types';
import { Send } from 'lucide-react';
import type { ReactNode } from 'react';
import { testReceiver } from '../../../api/notify.ts';
import { Health } from '../../../components/Health.tsx';
import { asApiError } from '../../../components/QueryGate.tsx';
import { StateStrip } from '../../../components/State.tsx';
import { conditionOf, sortReceivers } from '../../../lib/notify-model.ts';
import { formatAge, formatSpan } from '../../../lib/time-format.ts';
import { NOTIFY_KEY } from './notify-key.ts';

export function Receivers({ status }: { status: NotifyStatus }): ReactNode {
  return (
    <section className="panel" aria-label="Receivers" data-testid="receivers">
      <div className="panel-head">
        <h2>Receivers</h2>
        <span className="note wrap">
          {status.configFile === '' ? 'No alertmanager.yml is given: nobody is told.' : status.configFile}
        </span>
      </div>
      <ul className="receiver-list">
        {sortReceivers(status).map((receiver) => (
          <Receiver key={receiver.name} receiver={receiver} nowMs={status.nowMs} />
        ))}
      </ul>
    </section>
  );
}

function Receiver({ receiver, nowMs }: { receiver: ReceiverEntry; nowMs: number }): ReactNode {
  const { name, integrations } = receiver;
  const client = useQueryClient();
  const test = useMutation({
    mutationFn: () => testReceiver(name),
    onSettled: () => client.invalidateQueries({ queryKey: NOTIFY_KEY }),
  });
  const failure = asApiError(test.error);
  const condition = conditionOf(receiver);
  return (
    <li className="receiver" data-row="" data-testid="receiver" data-condition={condition}>
      <div className="receiver-head">
        <h3>{name}</h3>
        {!receiver.isUsed && <Health kind="unknown" word="no route leads here" />}
        {integrations.length > 0 && (
          <span className="panel-end">
            <button
              type="button"
              className="button"
              disabled={test.isPending}
              title="Sends a message that is marked as a test"
              onClick={() => test.mutate()}
            >
              <Send size={12} aria-hidden="true" />
              {test.isPending ? 'Sending…' : 'Send test'}
              <span className="visually-hidden"> to {name}</span>
            </button>
          </span>
        )}
      </div>
      {integrations.length === 0 ? (
        <p className="note">It has no integration: what is routed here is told to nobody.</p>
      ) : (
        <ul className="integration-list">
          {integrations.map((integration) => (
            <Integration key={`${integration.name}${integration.index}`} integration={integration} nowMs={nowMs} />
          ))}
        </ul>
      )}
      <div aria-live="polite" data-testid="test-result">
        {failure !== null && <StateStrip state="error">{failure.message}</StateStrip>}
        {test.data !== undefined && <TestResult result={test.data} />}
      </div>
    </li>
  );
}

function Integration({ integration, nowMs }: { integration: IntegrationEntry; nowMs: number }): ReactNode {
  const { name, target, lastResult, sentTotal, failedTotal, sendResolved } = integration;
  return (
    <li className="integration">
      <b>{name}</b>
      <span className="mono wrap">{target}</span>
      <span>
        {lastResult === null ? (
          <Health kind="unknown" word="nothing sent yet" />
        ) : (
          <>
            <Health kind={lastResult.isOk ? 'ok' : 'crit'} word={lastResult.isOk ? 'delivered' : 'failed'} />{' '}
            <span className="note num">{formatAge(nowMs - lastResult.timeMs)} ago</span>
          </>
        )}
      </span>
      <span className="note num">
        {sentTotal.toLocaleString('en')} sent
        {failedTotal > 0 && `, ${failedTotal.toLocaleString('en')} failed`}
        {!sendResolved && ', not told when over'}
      </span>
      {lastResult !== null && !lastResult.isOk && <p className="target-error">{lastResult.error}</p>}
    </li>
  );
}

function TestResult({ result: { results } }: { result: ReceiverTestResult }): ReactNode {
  return (
    <ul className="test-results">
      {results.map(({ integration, isOk, error, ms }) => (
        <li key={integration}>
          <Health kind={isOk ? 'ok' : 'crit'} word={isOk ? 'test delivered' : 'test failed'} />
          <span className="mono">{integration}</span>
          <span className="note num">{formatSpan(ms)}</span>
          {!isOk && <span className="target-error">{error}</span>}
        </li>
      ))}
    </ul>
  );
}
