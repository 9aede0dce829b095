import { expect, it } from 'vitest';
import { Registry } from '../metrics/registry.ts';
import { userActivity } from './user-activity.ts';

async function lines(registry: Registry): Promise<string[]> {
  const { body } = await registry.render();
  return body.toString().replace(/ +/g, ' ').split('\n');
}

it('counts what users do without their ids', async () => {
  const registry = new Registry();
  const activity = userActivity(registry);
  activity.registration('user123', 'email');
  activity.featureUsage('user123', 'activity_creation');
  activity.featureUsage('user456', 'activity_creation');
  activity.login('user456', 'oauth');
  activity.login('user789', 'password', 'failure');
  const shown = await lines(registry);
  expect(shown).toContain('user_registrations_total{method="email"} 1');
  expect(shown).toContain('feature_usage_total{feature="activity_creation"} 2');
  expect(shown).toContain('user_logins_total{method="oauth",outcome="success"} 1');
  expect(shown).toContain('user_logins_total{method="password",outcome="failure"} 1');
  expect(shown).toContain('active_users{window="15m"} 2');
  expect(shown.join('\n')).not.toContain('user123');
});

it('counts sessions until they end, once', async () => {
  let now = 0;
  const registry = new Registry();
  const activity = userActivity(registry, { prefix: 'tdd_', now: () => now });
  const session = activity.session('a');
  activity.session('b');
  now = 120_000;
  session.end();
  session.end();
  const shown = await lines(registry);
  expect(shown).toContain('tdd_user_sessions_total 2');
  expect(shown).toContain('tdd_concurrent_users 1');
  expect(shown).toContain('tdd_user_session_duration_seconds_sum 120');
});

it('forgets who was active when the window has moved on', () => {
  let now = 10_000_000;
  const activity = userActivity(new Registry(), { windows: { '1m': 60_000, '1h': 3_600_000 }, now: () => now });
  for (let user = 0; user < 5000; user++) activity.seen(`user-${user}`);
  expect(Math.abs(activity.activeUsers('1m') - 5000)).toBeLessThan(400);
  now += 120_000;
  activity.seen('late');
  expect(activity.activeUsers()).toBe(1);
  expect(activity.activeUsers('1h')).toBeGreaterThan(4000);
  expect(activity.activeUsers('2d')).toBe(0);
});
