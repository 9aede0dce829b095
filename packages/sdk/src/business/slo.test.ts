import { describe, expect, it } from 'vitest';
import { Registry } from '../metrics/registry.ts';
import { slo } from './slo.ts';

async function lines(registry: Registry): Promise<string[]> {
  const { body } = await registry.render();
  return body.toString().replace(/ +/g, ' ').split('\n');
}

describe('slo', () => {
  it('shows burn rates and what is left of the budget', async () => {
    let now = 1_000_000_000;
    const registry = new Registry();
    const availability = slo(registry, { name: 'checkout', target: 0.99, window: '1d', now: () => now });
    expect(availability.budgetRemaining()).toBe(1);
    for (let event = 0; event < 1000; event++) availability.record(event % 50 !== 0);
    now += 60_000;
    // 2 % of events are bad, 1 % may be.
    expect(availability.burnRate('5m')).toBeCloseTo(2);
    expect(availability.budgetRemaining()).toBeCloseTo(-1);
    now += 3_600_000;
    for (let event = 0; event < 1000; event++) availability.record(true);
    expect(availability.burnRate('5m')).toBe(0);
    expect(availability.burnRate('6h')).toBeCloseTo(1);
    expect(availability.burnRate('9h')).toBe(0);
    const shown = await lines(registry);
    expect(shown).toContain('slo_target_ratio{slo="checkout"} 0.99');
    expect(shown).toContain('slo_events_total{slo="checkout"} 2000');
    expect(shown).toContain('slo_good_events_total{slo="checkout"} 1980');
    expect(shown).toContain('slo_burn_rate{slo="checkout",window="5m"} 0');
    expect(shown.some((line) => line.startsWith('slo_error_budget_remaining_ratio{slo="checkout"}'))).toBe(true);
  });

  it('reads what others count from when it was made', () => {
    let good = 500;
    let total = 1000;
    let now = 0;
    const latency = slo(new Registry(), {
      name: 'latency',
      target: 0.9,
      good: () => good,
      total: () => total,
      now: () => now,
    });
    now = 60_000;
    good += 80;
    total += 100;
    expect(latency.burnRate('1h')).toBeCloseTo(2);
    expect(() => latency.record(true)).toThrow(/reads its events from good and total/);
  });

  it('reads the series of a counter', async () => {
    let now = 0;
    const registry = new Registry();
    const counter = registry.counter('http_requests_total', 'Requests', { labels: ['method', 'status'] });
    counter.inc({ method: 'GET', status: 200 }, 1000);
    const availability = slo(registry, {
      name: 'availability',
      target: 0.75,
      good: { counter, where: ({ status = '' }) => !status.startsWith('5') },
      total: { counter },
      now: () => now,
    });
    now = 60_000;
    counter.inc({ method: 'GET', status: 200 }, 60);
    counter.inc({ method: 'POST', status: 404 }, 20);
    counter.inc({ method: 'POST', status: 503 }, 20);
    expect(availability.burnRate('5m')).toBe(0.8);
    const shown = await lines(registry);
    expect(shown).toContain('slo_burn_rate{slo="availability",window="5m"} 0.8');
    const off = slo(new Registry({ enabled: false }), {
      name: 'off',
      target: 0.9,
      good: { counter: new Registry({ enabled: false }).counter('a_total', 'A') },
      total: { counter: new Registry({ enabled: false }).counter('a_total', 'A') },
    });
    expect(off.burnRate('5m')).toBe(0);
  });

  it('lists every option it cannot use', () => {
    const wrong = () =>
      slo(new Registry(), { name: 'x', target: 99.9, window: 'month', good: () => 1, burnWindows: ['5m', '0h'] });
    for (const part of [/target: 99.9/, /window: "month"/, /good and total/, /burnWindows\[1\]/])
      expect(wrong).toThrow(part);
  });
});
