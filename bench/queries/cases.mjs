/** What is asked. `again` is asked once after the query itself: another function or grouping of samples that were just read. */

export function cases(endMs, hours, bucketHours) {
  const lastMs = endMs - 60_000;
  const day = { startMs: endMs - hours * 3_600_000 + 3_600_000, endMs: lastMs };
  return [
    {
      name: 'rate(x[5m]), all series, step 60 s',
      query: { expr: 'rate(bench_total[5m])', step: 60, ...day },
    },
    {
      name: 'sum by (a) (rate(x[5m])), step 60 s',
      query: { expr: 'sum by (a) (rate(bench_total[5m]))', step: 60, ...day },
      again: { expr: 'max by (b) (increase(bench_total[5m]))', step: 60, ...day },
    },
    {
      name: 'sum by (a) (rate(x[1h])), step 300 s',
      query: { expr: 'sum by (a) (rate(bench_total[1h]))', step: 300, ...day },
      again: { expr: 'avg by (b) (avg_over_time(bench_total[1h]))', step: 300, ...day },
    },
    {
      name: 'histogram_quantile, bucket series, step 60 s',
      query: {
        expr: 'histogram_quantile(0.9, sum by (le) (rate(bench_seconds_bucket[5m])))',
        step: 60,
        startMs: endMs - bucketHours * 3_600_000 + 600_000,
        endMs: lastMs,
      },
      again: {
        expr: 'histogram_quantile(0.5, rate(bench_seconds_bucket{instance=~"host-1.*"}[5m]))',
        step: 300,
        startMs: endMs - bucketHours * 3_600_000 + 600_000,
        endMs: lastMs,
      },
    },
    {
      name: 'one series, step 60 s',
      query: { expr: 'bench_total{instance="host-7"}', step: 60, ...day },
      again: { expr: 'rate(bench_total{instance="host-7"}[5m])', step: 60, ...day },
    },
    {
      name: 'instant, a tenth of the wide metric',
      query: { expr: 'bench_wide{shard="3"}', timeMs: lastMs },
      again: { expr: 'rate(bench_wide{shard="3"}[5m])', timeMs: lastMs },
    },
    {
      name: 'instant, sum of the wide metric',
      query: { expr: 'sum(bench_wide)', timeMs: lastMs },
      again: { expr: 'count by (shard) (bench_wide)', timeMs: lastMs },
    },
  ];
}

/** A hundred panels as a team's dashboard has them: small aggregations over the last hours, some heavy ones, single values. */
export function panels(endMs) {
  const range = { startMs: endMs - 6 * 3_600_000, endMs: endMs - 60_000, step: 60 };
  return Array.from({ length: 100 }, (_, i) => {
    const host = `host-${(i * 13) % 100}`;
    switch (i % 5) {
      case 0:
        return { expr: `sum by (a) (rate(bench_total{b="${i % 7}"}[5m]))`, ...range };
      case 1:
        return { expr: `rate(bench_total{instance="${host}"}[5m])`, ...range };
      case 2:
        return { expr: `sum(rate(bench_total{a="${i % 10}"}[${5 + (i % 3)}m]))`, ...range };
      case 3:
        return {
          expr: `histogram_quantile(0.9, sum by (le) (rate(bench_seconds_bucket{instance="${host}"}[5m])))`,
          ...range,
        };
      default:
        return { expr: `topk(5, bench_total{a="${i % 10}"})`, timeMs: endMs - 60_000 };
    }
  });
}
