import { describe, expect, it } from 'vitest';
import { formatTicks, formatValue, THIN, type Unit } from './units.ts';
import { guessUnit, metricNames } from './unit-guess.ts';

const plain = (text: string): string => text.replaceAll(THIN, ' ');

describe('numbers', () => {
  it.each<[number | null, Unit, string]>([
    [1234, 'short', '1.23 k'],
    [12.345, 'short', '12.3'],
    [0.5, 'short', '0.5'],
    [0.00001, 'short', '<0.001'],
    [0, 'short', '0'],
    [null, 'short', '–'],
    [Number.NaN, 'short', 'NaN'],
    [Number.POSITIVE_INFINITY, 'bytes', '+Inf'],
    [1024 ** 3 * 1.5, 'bytes', '1.5 GiB'],
    [1500, 'decbytes', '1.5 kB'],
    [2048, 'bytes/s', '2 KiB/s'],
    [0.0412, 'seconds', '41.2 ms'],
    [0.0000005, 'seconds', '500 ns'],
    [90, 'seconds', '90 s'],
    [125, 'seconds', '2 m 05 s'],
    [11_520, 'seconds', '3 h 12 m'],
    [367_200, 'seconds', '4 d 6 h'],
    [0.99987, 'ratio', '99.987 %'],
    [0.0042, 'ratio', '0.42 %'],
    [0.5, 'ratio', '50 %'],
    [12.3, 'req/s', '12.3 req/s'],
    [0.05, 'req/s', '3 req/min'],
    [0.001, 'req/s', '3.6 req/h'],
    [1, 'bool', 'Up (1)'],
    [1_700_000_000, 'timestamp', '2023-11-14 22:13:20 UTC'],
  ])('%s as %s is %s', (value, unit, text) => {
    expect(plain(formatValue(value, unit))).toBe(text);
  });

  it('gives the ticks of an axis one unit and distinct texts', () => {
    expect(formatTicks([0, 512 * 1024, 1024 * 1024], 'bytes').map(plain)).toEqual(['0 MiB', '0.5 MiB', '1.0 MiB']);
    expect(formatTicks([0.001, 0.0015, 0.002], 'short')).toEqual(['0.0010', '0.0015', '0.0020']);
    const quarters = [21.25, 21.5, 21.75].map((size) => size * 2 ** 30);
    expect(formatTicks(quarters, 'bytes').map(plain)).toEqual(['21.25 GiB', '21.50 GiB', '21.75 GiB']);
    expect(formatTicks([0, 50, 100], 'short')).toEqual(['0', '50', '100']);
  });
});

describe('units guessed from a query', () => {
  it.each<[string, Unit]>([
    ['node_memory_MemAvailable_bytes', 'bytes'],
    ['rate(node_network_receive_bytes_total[5m])', 'bytes/s'],
    ['sum by (mode) (rate(node_cpu_seconds_total{mode!="idle"}[5m]))', 'short'],
    ['histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))', 'seconds'],
    ['rate(http_request_duration_seconds_sum[5m]) / rate(http_request_duration_seconds_count[5m])', 'seconds'],
    ['node_filesystem_avail_bytes{mountpoint="/"} / node_filesystem_size_bytes{mountpoint="/"}', 'ratio'],
    ['rate(http_requests_total[5m])', 'req/s'],
    ['rate(node_context_switches_total[1m])', 'per-second'],
    ['process_start_time_seconds', 'timestamp'],
    ['up', 'bool'],
    ['count(up)', 'short'],
    ['scrape_duration_seconds', 'seconds'],
    ['1 + 1', 'short'],
  ])('%s is in %s', (expr, unit) => {
    expect(guessUnit(expr)).toBe(unit);
  });

  it('finds metrics, not functions, labels or strings', () => {
    expect(metricNames('sum by (job) (rate(a_total{b="c_d"}[5m])) / on (x) group_left e')).toEqual(['a_total', 'e']);
  });
});
