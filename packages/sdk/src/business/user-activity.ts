/**
 * What users do: registrations, logins, sessions, feature usage and how many different users were active. User ids are
 * hashed at once and only counted, never a label: memory stays below 200 KB a window however many users there are.
 */
import type { Registry } from '../metrics/registry.ts';
import { DistinctWindow, hash53 } from './distinct.ts';

export interface UserActivityOptions {
  /** Put before every metric name, e.g. `tdd_`. */
  prefix?: string | undefined;
  /** Windows of `active_users{window}` by their label, in milliseconds; `{ '15m': 900_000 }`. At most 5. */
  windows?: Readonly<Record<string, number>> | undefined;
  /** Milliseconds since 1970; for tests. */
  now?: (() => number) | undefined;
}

/** A session that is open. */
export interface UserSession {
  /** Ends it; only the first call counts. */
  end(): void;
}

export interface UserActivity {
  /** `user_registrations_total{method}`. @param method How, e.g. `email` or `oauth`: a word from a small set. */
  registration(userId: string, method: string): void;
  /** `user_logins_total{method,outcome}`. A failed login does not make a user active. */
  login(userId: string, method: string, outcome?: 'success' | 'failure'): void;
  /** `feature_usage_total{feature}`. @param feature A name from the program, never an id. */
  featureUsage(userId: string, feature: string): void;
  /** The user did something, e.g. sent a request. */
  seen(userId: string): void;
  /** Opens a session: counted in `user_sessions_total` and `concurrent_users` until `end`. */
  session(userId: string): UserSession;
  /** Different users of a window, e.g. `15m`; exact up to 256, then within about 5 %. 0 for a window that is not kept. */
  activeUsers(window?: string): number;
}

const SLOTS = 15;
const MAX_WINDOWS = 5;
const SESSION_BUCKETS = [10, 60, 300, 900, 1800, 3600, 14_400, 43_200, 86_400];

/**
 * Counts what users do in `registry`.
 *
 * @example
 * const activity = userActivity(sightline.metrics);
 * activity.registration('user123', 'email');
 * activity.featureUsage('user123', 'activity_creation');
 */
export function userActivity(registry: Registry, options: UserActivityOptions = {}): UserActivity {
  const { prefix = '', now = Date.now } = options;
  const windows = Object.entries(options.windows ?? { '15m': 900_000 })
    .slice(0, MAX_WINDOWS)
    .map(([label, lengthMs]) => ({ label, users: new DistinctWindow(lengthMs, SLOTS, now) }));
  const registrations = registry.counter(`${prefix}user_registrations_total`, 'Users that registered', {
    labels: ['method'],
  });
  const logins = registry.counter(`${prefix}user_logins_total`, 'Logins', { labels: ['method', 'outcome'] });
  const features = registry.counter(`${prefix}feature_usage_total`, 'Uses of features', { labels: ['feature'] });
  const sessions = registry.counter(`${prefix}user_sessions_total`, 'Sessions that were opened');
  const concurrent = registry.gauge(`${prefix}concurrent_users`, 'Sessions that are open');
  const sessionDuration = registry.histogram(`${prefix}user_session_duration_seconds`, 'Duration of sessions', {
    buckets: SESSION_BUCKETS,
  });
  const active = registry.gauge(`${prefix}active_users`, 'Different users that were active in the window', {
    labels: ['window'],
  });
  const shown = windows.map(({ label, users }) => ({ gauge: active.labels(label), users }));
  registry.onCollect(() => {
    for (const { gauge, users } of shown) gauge.set(users.count());
  });
  const seen = (userId: string): void => {
    const hash = hash53(userId);
    for (const { users } of windows) users.addHash(hash);
  };
  return {
    seen,
    registration(userId, method) {
      registrations.labels(method).inc();
      seen(userId);
    },
    login(userId, method, outcome = 'success') {
      logins.labels(method, outcome).inc();
      if (outcome === 'success') seen(userId);
    },
    featureUsage(userId, feature) {
      features.labels(feature).inc();
      seen(userId);
    },
    session(userId) {
      sessions.inc();
      concurrent.inc();
      seen(userId);
      const startedAt = now();
      let isOpen = true;
      return {
        end() {
          if (!isOpen) return;
          isOpen = false;
          concurrent.dec();
          sessionDuration.observe(Math.max(0, now() - startedAt) / 1000);
        },
      };
    },
    activeUsers: (window = windows[0]?.label ?? '') =>
      windows.find(({ label }) => label === window)?.users.count() ?? 0,
  };
}
