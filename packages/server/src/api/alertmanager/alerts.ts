/** `/api/v2/alerts` and `/api/v2/alerts/groups`. Source: Alertmanager api/v2/api.go and its OpenAPI schema. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { compareStrings } from '@sightline/model';
import { type Alert, compareLabelSets, isResolvedAt } from '../../alerting/alert.ts';
import type { AlertManager, AlertReport } from '../../alerting/alert-manager.ts';
import type { HttpHandler } from '../../lib/http.ts';
import { AlertmanagerApiError, empty, json, SCHEMA_CODES, schemaError } from './answer.ts';
import { BodyReader } from './body.ts';
import { filterParam, matchesFilter, receiverParam, switchParam } from './filter.ts';

/** So many are taken before others have their turn: some milliseconds. */
const TURN_ALERTS = 250;

interface AlertView {
  readonly alert: Alert;
  readonly silencedBy: readonly string[];
  readonly inhibitedBy: readonly string[];
}

export function listAlerts(manager: AlertManager, now: () => number): HttpHandler {
  return async ({ query }) => {
    const choose = alertChooser(manager, query, now());
    const isWanted = receiverParam(query);
    const found: unknown[] = [];
    const alerts = [...manager.alerts].sort((a, b) => compareStrings(a.fingerprint, b.fingerprint));
    for (const alert of alerts) {
      const receivers = manager.route.match(alert.labels).map(({ receiver }) => receiver);
      if (!receivers.some(isWanted)) continue;
      const view = choose(alert);
      if (view !== undefined) found.push(gettableAlert(view, receivers, []));
    }
    return json(found);
  };
}

export function listGroups(manager: AlertManager, now: () => number): HttpHandler {
  return async ({ query }) => {
    const choose = alertChooser(manager, query, now());
    const isWanted = receiverParam(query);
    const withMuted = switchParam(query, 'muted');
    const groups = [...manager.groups].filter(({ route }) => isWanted(route.receiver));
    groups.sort((a, b) => compareLabelSets(a.labels, b.labels) || compareStrings(a.route.receiver, b.route.receiver));
    const shown = [];
    for (const { route, labels, alerts } of groups) {
      const mutedBy = manager.mutedBy(route);
      if (mutedBy.length > 0 && !withMuted) continue;
      const views = alerts.map(choose).filter((view) => view !== undefined);
      if (views.length > 0) shown.push({ route, labels, views, mutedBy });
    }
    const receivers = receiversByAlert(shown.map(({ route, views }) => ({ receiver: route.receiver, views })));
    return json(
      shown.map(({ route, labels, views, mutedBy }) => ({
        alerts: views.map((view) => gettableAlert(view, receivers.get(view.alert.fingerprint) ?? [], mutedBy)),
        labels: labels.toObject(),
        receiver: { name: route.receiver },
      })),
    );
  };
}

export function postAlerts(manager: AlertManager, now: () => number): HttpHandler {
  return async (input) => {
    const reader = new BodyReader('alerts');
    const body = await reader.read(input);
    const reports = reader.array(body ?? [], 'alerts').map((item, index) => readReport(reader, item, index));
    const refusals: string[] = [];
    for (const [index, report] of reports.entries()) {
      if (index % TURN_ALERTS === TURN_ALERTS - 1) await nextTurn();
      const reason = reasonToRefuse(report, now() + manager.resolveTimeoutMs);
      if (reason !== undefined) refusals.push(reason);
      else if (!manager.receive(report)) throw new AlertmanagerApiError(500, 'there are too many alerts already');
    }
    if (refusals.length > 0) throw new AlertmanagerApiError(400, refusals.join('; '));
    return empty();
  };
}

function readReport(reader: BodyReader, item: unknown, index: number): AlertReport {
  const fields = reader.object(item, String(index));
  const { labels, annotations } = fields;
  if (labels === undefined || labels === null) throw reader.missing(`${index}.labels`);
  const generatorUrl = reader.text(fields['generatorURL'], `${index}.generatorURL`) ?? '';
  if (generatorUrl !== '' && !isUri(generatorUrl)) {
    const message = `${index}.generatorURL in body must be of type uri: ${JSON.stringify(generatorUrl)}`;
    throw schemaError(SCHEMA_CODES.type, message);
  }
  return {
    labels: reader.labels(labels, `${index}.labels`),
    annotations: reader.annotations(annotations ?? {}, `${index}.annotations`),
    startsAtMs: reader.time(fields['startsAt'], `${index}.startsAt`),
    endsAtMs: reader.time(fields['endsAt'], `${index}.endsAt`),
    generatorUrl,
  };
}

/** An absolute URI, or a path. */
function isUri(text: string): boolean {
  return text.startsWith('/') || URL.canParse(text);
}

/** @param timeoutMs when an alert without an end ends */
function reasonToRefuse(
  { labels, annotations, startsAtMs, endsAtMs }: AlertReport,
  timeoutMs: number,
): string | undefined {
  if (startsAtMs !== undefined && (endsAtMs ?? timeoutMs) < startsAtMs) {
    return 'start time must be before end time';
  }
  if (labels.flat.length === 0) return 'at least one label pair required';
  if (labels.has('')) return 'invalid label set: invalid name ""';
  return annotations.has('') ? 'invalid annotations: invalid name ""' : undefined;
}

/** Gives an alert with what holds it back, or undefined where the parameters leave it out. */
function alertChooser(
  manager: AlertManager,
  query: URLSearchParams,
  nowMs: number,
): (alert: Alert) => AlertView | undefined {
  const matchers = filterParam(query);
  const [active, silenced, inhibited] = ['active', 'silenced', 'inhibited'].map((name) => switchParam(query, name));
  return (alert) => {
    if (isResolvedAt(alert, nowMs) || !matchesFilter(matchers, alert.labels)) return undefined;
    const held = manager.suppression(alert.labels);
    const silencedBy = held.silencedBy.map(({ id }) => id);
    const inhibitedBy = [...new Set(held.inhibitedBy.map(({ fingerprint }) => fingerprint))];
    if (!silenced && silencedBy.length > 0) return undefined;
    if (!inhibited && inhibitedBy.length > 0) return undefined;
    if (!active && silencedBy.length + inhibitedBy.length === 0) return undefined;
    return { alert, silencedBy, inhibitedBy };
  };
}

/** Whose groups an alert is in, in order of name. */
function receiversByAlert(
  groups: readonly { readonly receiver: string; readonly views: readonly AlertView[] }[],
): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { receiver, views } of groups) {
    for (const { alert } of views) found.set(alert.fingerprint, [...(found.get(alert.fingerprint) ?? []), receiver]);
  }
  for (const receivers of found.values()) receivers.sort(compareStrings);
  return found;
}

function gettableAlert(
  { alert, silencedBy, inhibitedBy }: AlertView,
  receivers: readonly string[],
  mutedBy: readonly string[],
): unknown {
  const isHeld = silencedBy.length + inhibitedBy.length + mutedBy.length > 0;
  return {
    annotations: alert.annotations.toObject(),
    endsAt: isoTime(alert.endsAtMs),
    fingerprint: alert.fingerprint,
    receivers: receivers.map((name) => ({ name })),
    startsAt: isoTime(alert.startsAtMs),
    status: { inhibitedBy, mutedBy, silencedBy, state: isHeld ? 'suppressed' : 'active' },
    updatedAt: isoTime(alert.updatedAtMs),
    ...(alert.generatorUrl === '' ? {} : { generatorURL: alert.generatorUrl }),
    labels: alert.labels.toObject(),
  };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
