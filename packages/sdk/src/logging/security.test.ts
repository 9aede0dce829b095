import { describe, expect, it } from 'vitest';
import { captured } from './testing/captured.ts';

describe('a security event', () => {
  it('is a line with its severity, and a count', async () => {
    const { log, last, registry } = captured();
    log.securityEvent('authentication_failure', { failure_reason: 'invalid_credentials', attempt_count: 3 });
    expect(last()).toMatchObject({
      level: 'WARNING',
      message: 'security event: authentication_failure',
      data: { security_event: 'authentication_failure', severity: 'medium', attempt_count: 3 },
    });
    log.securityEvent('authentication_failure', { severity: 'critical' });
    expect(last()['level']).toBe('CRITICAL');
    log.securityEvent('csrf_token_validation', { token_valid: true });
    log.securityEvent('csrf_token_validation', { token_valid: false });
    log.securityEvent('door_opened');
    const page = (await registry.render()).body.toString().replace(/ +/g, ' ');
    expect(page).toContain('security_events_total{event="authentication_failure",severity="medium"} 1');
    expect(page).toContain('security_events_total{event="authentication_failure",severity="critical"} 1');
    expect(page).toContain('security_events_total{event="csrf_token_validation",severity="low"} 1');
    expect(page).toContain('security_events_total{event="csrf_token_validation",severity="high"} 1');
    expect(page).toContain('security_events_total{event="door_opened",severity="medium"} 1');
  });

  it('bounds names that are not in the vocabulary', async () => {
    const { log, registry } = captured();
    for (let index = 0; index < 150; index++) log.securityEvent(`scan ${index}`);
    const page = (await registry.render()).body.toString().replace(/ +/g, ' ');
    expect(page).toContain('event="other",severity="medium"} 50');
  });

  it('has personal data as hashes that are the same for the same person', () => {
    const { log, lines, logging } = captured({ pii: { key: 'a key of the service' } });
    log.securityEvent('authentication_failure', { email: 'ada@example.org', user_ip: '10.0.0.1', attempts: 1 });
    log.securityEvent('account_locked', { email: 'ada@example.org' });
    const [first, second] = lines().map((line) => line['data'] as Record<string, unknown>);
    expect(first).toMatchObject({ email: expect.stringMatching(/^sha256:[0-9a-f]{16}$/) as unknown, attempts: 1 });
    expect(first?.['email']).toBe(second?.['email']);
    expect(first?.['email']).toBe(logging.hashPii('ada@example.org'));
    expect(first?.['user_ip']).not.toBe('10.0.0.1');
    const other = captured({ pii: { key: 'the key of another' } });
    expect(other.logging.hashPii('ada@example.org')).not.toBe(first?.['email']);
  });

  it('keeps personal data when told to, and hashes what it is told', () => {
    const { log, last } = captured({ pii: { fields: ['customer'] } });
    log.securityEvent('audit', { email: 'ada@example.org', customer: 17 });
    expect(last()['data']).toMatchObject({
      email: 'ada@example.org',
      customer: expect.stringMatching(/^sha256:/) as unknown,
    });
    const all = captured({ pii: { fields: false } });
    all.log.securityEvent('audit', { email: 'ada@example.org' });
    expect(all.last()['data']).toMatchObject({ email: 'ada@example.org' });
  });
});
