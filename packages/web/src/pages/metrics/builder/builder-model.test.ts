import { describe, expect, it } from 'vitest';
import { builtQuery, builtText, EMPTY_QUERY, startWith } from './builder-model.ts';

const read = (text: string) => builtQuery(text, 15_000, 3_600_000);

describe('the query builder', () => {
  it.each([
    'up',
    'up{job="node", instance!~"a|b"}',
    'rate(http_requests_total[$__rate_interval])',
    'sum(increase(http_requests_total{code=~"5.."}[1h]))',
    'sum by (job, instance) (rate(http_requests_total{path="/a\\"b"}[5m]))',
    'max by (mountpoint) (node_filesystem_size_bytes)',
    'histogram_quantile(0.95, sum by (le, route) (rate(http_seconds_bucket[$__rate_interval])))',
    '{"http.requests", "service.name"="a"}',
  ])('shows %s and writes the same', (text) => {
    const query = read(text);
    expect(query).not.toBeNull();
    expect(builtText(query ?? EMPTY_QUERY)).toBe(text);
  });

  it.each([
    'a + b',
    'up offset 5m',
    'up @ end()',
    'sum without (job) (up)',
    'topk(5, up)',
    'rate(up[5m:1m])',
    '{job="a"}',
    'histogram_quantile(0.9, rate(a_bucket[5m]))',
    'sum(',
    'abs(up)',
  ])('leaves %s to the text', (text) => {
    expect(read(text)).toBeNull();
  });

  it('starts empty', () => {
    expect(read('  ')).toEqual(EMPTY_QUERY);
    expect(builtText(EMPTY_QUERY)).toBe('');
  });

  it('starts a metric with what shows it best', () => {
    expect(builtText(startWith('jobs_total', 'counter', []))).toBe('sum(rate(jobs_total[$__rate_interval]))');
    expect(builtText(startWith('temperature', 'gauge', []))).toBe('temperature');
    expect(builtText(startWith('http_seconds_bucket', 'histogram', []))).toBe(
      'histogram_quantile(0.95, sum by (le) (rate(http_seconds_bucket[$__rate_interval])))',
    );
  });

  it('leaves out filters that name no label yet', () => {
    const query = { ...startWith('up', 'gauge', []), filters: [{ label: '', op: '=' as const, value: 'x' }] };
    expect(builtText(query)).toBe('up');
  });
});
