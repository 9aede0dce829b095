/** A test message to every integration of a receiver: one alert that says that it is a test. */
import type { ReceiverTestResult } from '@sightline/api-types';
import { Labels } from '@sightline/model';
import { withDeadline } from '../../lib/abort.ts';
import { type Alert, createAlert } from '../alert.ts';
import { type Integration, integrationText, type Notification, type Receiver } from '../receivers/receiver.ts';

const LIMIT_MS = 15_000;
/** Services where an alert stays open until it is resolved: a test must not leave one behind. */
const KEEPS_OPEN = new Set(['pagerduty', 'opsgenie']);
const ALERT_NAME = 'SightlineTestNotification';

export interface SendTestOptions {
  readonly nowMs: number;
  readonly externalUrl: string;
  readonly signal: AbortSignal;
  /** Hears of each result. @param error '' when the message was taken */
  readonly onResult: (integration: string, error: string) => void;
}

/** One try each, all at once. Never rejects. */
export async function sendTest(receiver: Receiver, options: SendTestOptions): Promise<ReceiverTestResult> {
  const results = receiver.integrations.map(async (integration) => {
    const startedMs = performance.now();
    const error = await attempt(integration, receiver.name, options);
    const name = integrationText(integration);
    options.onResult(name, error);
    return { integration: name, isOk: error === '', error, ms: Math.round(performance.now() - startedMs) };
  });
  return { results: await Promise.all(results) };
}

async function attempt(integration: Integration, receiver: string, options: SendTestOptions): Promise<string> {
  const { nowMs, signal } = options;
  const deadline = withDeadline(signal, LIMIT_MS, `no answer within ${LIMIT_MS / 1000} s`);
  try {
    await integration.send(notificationOf(receiver, testAlert(options), nowMs), deadline.signal);
    if (KEEPS_OPEN.has(integration.name) && integration.sendResolved) {
      const resolved = createAlert({ ...testAlert(options), endsAtMs: nowMs });
      await integration.send(notificationOf(receiver, resolved, nowMs), deadline.signal);
    }
    return '';
  } catch (error) {
    const cause: unknown = deadline.signal.aborted ? deadline.signal.reason : error;
    return cause instanceof Error ? cause.message : String(cause);
  } finally {
    deadline.release();
  }
}

function notificationOf(receiver: string, alert: Alert, nowMs: number): Notification {
  const groupLabels = Labels.fromObject({ alertname: ALERT_NAME });
  return { receiver, groupLabels, groupKey: `{}:{alertname="${ALERT_NAME}"}`, alerts: [alert], nowMs };
}

function testAlert({ nowMs, externalUrl }: SendTestOptions): Alert {
  return createAlert({
    labels: Labels.fromObject({ alertname: ALERT_NAME, severity: 'none', test: 'true' }),
    annotations: Labels.fromObject({
      summary: 'This is a test of the receiver; nothing is wrong',
      description: 'Somebody asked Sightline to send it, to see whether messages arrive.',
    }),
    startsAtMs: nowMs,
    endsAtMs: nowMs + 300_000,
    updatedAtMs: nowMs,
    isTimeout: true,
    generatorUrl: `${externalUrl}/alerts/notify`,
  });
}
