/** What tests of receivers share: a notification, an environment, and configuration without surprises. */
import { Labels } from '@sightline/model';
import type { TemplateFile } from '@sightline/gotemplate';
import type { HttpClientConfig } from '../../config/prometheus/types.ts';
import { createAlert } from '../alert.ts';
import type { ReceiverEnvironment, IncompleteDelivery } from '../receivers/environment.ts';
import { type Integration, type Notification, NotifyError } from '../receivers/receiver.ts';
import { createTemplates } from '../templates/create-templates.ts';

const NOW_MS = Date.UTC(2026, 2, 2, 12, 0, 0);

export const PLAIN_HTTP: HttpClientConfig = {
  tls: { insecureSkipVerify: false },
  noProxy: [],
  followRedirects: true,
  enableHttp2: true,
  httpHeaders: {},
};

export interface TestAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly isResolved?: boolean;
}

export function notificationOf(alerts: readonly TestAlert[], fields: Partial<Notification> = {}): Notification {
  return {
    groupKey: '{}:{alertname="Slow"}',
    groupLabels: Labels.fromObject({ alertname: 'Slow' }),
    receiver: 'team',
    nowMs: NOW_MS,
    alerts: alerts.map(({ labels, annotations = {}, isResolved = false }) =>
      createAlert({
        labels: Labels.fromObject({ alertname: 'Slow', ...labels }),
        annotations: Labels.fromObject(annotations),
        startsAtMs: NOW_MS - 60_500,
        endsAtMs: isResolved ? NOW_MS - 1000 : NOW_MS + 300_000,
        updatedAtMs: NOW_MS,
        isTimeout: false,
        generatorUrl: 'http://prometheus/graph?g0.expr=up',
      }),
    ),
    ...fields,
  };
}

export const FIRING = notificationOf([
  {
    labels: { job: 'api', instance: 'a' },
    annotations: { summary: 'Answers take 2 s', runbook_url: 'http://book/slow' },
  },
]);
export const RESOLVED = notificationOf([{ labels: { job: 'api', instance: 'a' }, isResolved: true }]);

export interface TestEnvironment extends ReceiverEnvironment {
  readonly failures: IncompleteDelivery[];
}

export function testEnvironment(files: readonly TemplateFile[] = []): TestEnvironment {
  const failures: IncompleteDelivery[] = [];
  return {
    templates: createTemplates(files),
    externalUrl: 'http://sightline',
    version: '1.2.3',
    failures,
    onIncomplete: (delivery) => failures.push(delivery),
  };
}

/** What sending was refused with: code and message; undefined when it was not. */
export async function refusal(
  integration: Integration,
  notification: Notification,
  signal: AbortSignal = new AbortController().signal,
): Promise<string | undefined> {
  try {
    await integration.send(notification, signal);
    return undefined;
  } catch (error) {
    if (error instanceof NotifyError) return `${error.code}: ${error.message}`;
    throw error;
  }
}
