/** Puts every alert into the groups of the routes it matches, and takes empty groups away. Source: Alertmanager dispatch/dispatch.go. */
import type { Clock, Timer } from '../../lib/clock.ts';
import type { Alert } from '../alert.ts';
import type { AlertEventSink } from '../events/alert-event.ts';
import type { Notifier } from '../notify/notifier.ts';
import { type Route, routeText } from '../route/route.ts';
import { AlertGroup } from './alert-group.ts';

const COLLECT_MS = 30_000;

export interface DispatcherParts {
  readonly clock: Clock;
  readonly notifier: Notifier;
  readonly route: Route;
  readonly events: AlertEventSink;
  readonly track: (work: Promise<void>) => void;
}

export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #groups = new Map<Route, Map<string, AlertGroup>>();
  #timer: Timer;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    this.#timer = this.#schedule();
  }

  *groups(): IterableIterator<AlertGroup> {
    for (const groups of this.#groups.values()) yield* groups.values();
  }

  dispatch(alert: Alert): void {
    for (const route of this.#parts.route.match(alert.labels)) this.#groupOf(alert, route).insert(alert);
  }

  stop(): void {
    this.#timer.cancel();
    for (const group of this.groups()) group.stop();
  }

  #groupOf(alert: Alert, route: Route): AlertGroup {
    const { clock, notifier, track, events } = this.#parts;
    const labels = route.groupLabels(alert.labels);
    let groups = this.#groups.get(route);
    if (groups === undefined) {
      groups = new Map();
      this.#groups.set(route, groups);
    }
    let group = groups.get(labels.key);
    if (group === undefined) {
      group = new AlertGroup({ clock, notifier, route, labels, track });
      groups.set(labels.key, group);
    }
    events.record({
      timeMs: clock.now(),
      kind: 'grouped',
      fingerprint: alert.fingerprint,
      groupKey: group.key,
      receiver: route.receiver,
      integration: '',
      detail: routeText(route),
    });
    return group;
  }

  #schedule(): Timer {
    return this.#parts.clock.setTimer(COLLECT_MS, () => {
      for (const groups of this.#groups.values()) {
        for (const [key, group] of groups) {
          if (!group.isEmpty) continue;
          group.stop();
          groups.delete(key);
        }
      }
      this.#timer = this.#schedule();
    });
  }
}
