import { expect, it } from 'vitest';
import { Registry } from '../metrics/registry.ts';
import { type BusinessMetric, businessMetrics } from './business-metrics.ts';

it('makes metrics of a declaration, typed by it', async () => {
  const registry = new Registry();
  const shop = businessMetrics(
    registry,
    {
      orders_created: { kind: 'count', help: 'Orders that were placed', labels: ['channel'] },
      revenue: { kind: 'count', unit: 'eur', help: 'Paid orders' },
      user_productivity_score: { kind: 'value', help: 'Score of the team' },
      order_value: { kind: 'distribution', unit: 'eur', help: 'Value of orders', buckets: [10, 100] },
    },
    { prefix: 'shop_' },
  );
  shop.orders_created.inc({ channel: 'web' });
  shop.revenue.inc(129.9);
  shop.user_productivity_score.set(0.8);
  shop.order_value.observe(50);
  // @ts-expect-error the label is another one; only compiled
  const wrong = () => shop.orders_created.inc({ wrong: 'web' });
  expect(wrong).toBeTypeOf('function');
  // @ts-expect-error a counter can't be set
  expect(shop.revenue.set).toBeUndefined();
  const { body } = await registry.render();
  const shown = body.toString().replace(/ +/g, ' ').split('\n');
  expect(shown).toContain('shop_orders_created_total{channel="web"} 1');
  expect(shown).toContain('shop_revenue_eur_total 129.9');
  expect(shown).toContain('shop_user_productivity_score 0.8');
  expect(shown).toContain('shop_order_value_eur_bucket{le="100"} 1');
});

it('names everything that is wrong with a declaration', () => {
  const declaration: Record<string, BusinessMetric> = {
    orders_total: { kind: 'count', help: 'Orders' },
    epics_created: { kind: 'count', help: 'Epics', labels: ['user_id', 'project_type'] },
    score: { kind: 'value', help: 'Score', buckets: [1] },
    other: { kind: 'sum' as 'count', help: 'Other' },
  };
  let message = '';
  try {
    businessMetrics(new Registry(), declaration);
  } catch (error) {
    message = String(error);
  }
  for (const part of ['orders_total: must not end', 'epics_created.labels: user_id', 'score.buckets', 'other.kind'])
    expect(message).toContain(part);
  expect(message).not.toContain('project_type');
});
