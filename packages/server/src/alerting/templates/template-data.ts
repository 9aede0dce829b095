/** A notification as templates and webhooks see it. Source: Alertmanager template/template.go, Data. */
import type { NotificationAlert, NotificationData } from '@sightline/gotemplate';
import type { Labels } from '@sightline/model';
import { type Alert, isResolvedAt } from '../alert.ts';
import type { Notification } from '../receivers/receiver.ts';

/** What Go writes for a time that is not set: the end of an alert that fires. */
const NO_TIME = '0001-01-01T00:00:00Z';

/** @param alerts those of the notification that the message is about; the status is theirs */
export function templateData(
  { receiver, groupLabels, nowMs }: Notification,
  alerts: readonly Alert[],
  externalUrl: string,
): NotificationData {
  const list = alerts.map((alert) => alertData(alert, nowMs));
  return {
    receiver: quoteMeta(receiver),
    status: list.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
    alerts: list,
    groupLabels: groupLabels.toObject(),
    commonLabels: commonOf(alerts.map(({ labels }) => labels)),
    commonAnnotations: commonOf(alerts.map(({ annotations }) => annotations)),
    externalURL: externalUrl,
  };
}

/** An alert is told of by several integrations and several times. */
const firing = new WeakMap<Alert, NotificationAlert>();
const resolved = new WeakMap<Alert, NotificationAlert>();

function alertData(alert: Alert, nowMs: number): NotificationAlert {
  const isResolved = isResolvedAt(alert, nowMs);
  const known = isResolved ? resolved : firing;
  let data = known.get(alert);
  if (data === undefined) {
    data = buildAlert(alert, isResolved);
    known.set(alert, data);
  }
  return data;
}

function buildAlert(alert: Alert, isResolved: boolean): NotificationAlert {
  return {
    status: isResolved ? 'resolved' : 'firing',
    labels: alert.labels.toObject(),
    annotations: alert.annotations.toObject(),
    startsAt: goTime(alert.startsAtMs),
    endsAt: isResolved ? goTime(alert.endsAtMs) : NO_TIME,
    generatorURL: alert.generatorUrl,
    fingerprint: alert.fingerprint,
  };
}

function commonOf([first, ...others]: readonly Labels[]): Record<string, string> {
  const entries = Object.entries(first?.toObject() ?? {});
  return Object.fromEntries(entries.filter(([name, value]) => others.every((other) => other.get(name) === value)));
}

/** RFC 3339 without zeros at the end of the fraction. */
function goTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.?0*Z$/, 'Z');
}

/** Alertmanager gives the receiver as a regular expression that matches its name. */
function quoteMeta(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}
