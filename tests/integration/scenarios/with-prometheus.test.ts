/**
 * The real Prometheus and Sightline side by side: it scrapes Sightline, writes to it, is scraped by it, and both answer the same
 * queries the same.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningPrometheus, startPrometheus } from '../../support/prometheus.ts';
import { eventually, has, temporaryFolder } from '../../support/programs.ts';
import { api, type RunningSightline, scalarOf, startSightline, type VectorResult } from '../../support/sightline.ts';

interface MatrixResult {
  readonly result: readonly { readonly metric: Record<string, string>; readonly values: readonly [number, string][] }[];
}

describe.skipIf(!has('prometheus'))('with a real Prometheus (skipped when prometheus is not installed)', () => {
  const folder = temporaryFolder();
  let sightline: RunningSightline;
  let prometheus: RunningPrometheus;

  beforeAll(async () => {
    sightline = await startSightline({ prometheus: '{}\n' });
    const target = sightline.url.replace('http://', '');
    prometheus = await startPrometheus(
      folder.path,
      [
        'global: { scrape_interval: 1s, external_labels: {} }',
        'scrape_configs:',
        '- job_name: sightline',
        `  static_configs: [{ targets: ['${target}'] }]`,
        '- job_name: prometheus',
        "  static_configs: [{ targets: ['127.0.0.1:PORT'] }]",
        'remote_write:',
        `- url: ${sightline.url}/api/v1/write`,
        // One shard: samples arrive in the order of their times.
        '  queue_config: { batch_send_deadline: 500ms, max_shards: 1 }',
        '',
      ].join('\n'),
    );
    await eventually(
      '20 scrapes written',
      async () => ((await scalarOf(sightline.url, 'sum(count_over_time(up{job="sightline"}[5m]))')) ?? 0) >= 20,
      60,
    );
  });

  afterAll(async () => {
    await prometheus?.program.stop();
    await sightline?.stop();
    folder.remove();
  });

  async function writtenBeyond(seconds: number): Promise<void> {
    await eventually('later samples of both jobs', async () => {
      const oldest = await scalarOf(sightline.url, 'min(timestamp(up{job=~"prometheus|sightline"}))');
      return (oldest ?? 0) > seconds;
    });
  }

  test('scrapes /metrics without a warning', async () => {
    const targets = await api<{ activeTargets: { scrapePool: string; health: string; lastError: string }[] }>(
      prometheus.url,
      '/api/v1/targets',
    );
    const own = targets.activeTargets.find((target) => target.scrapePool === 'sightline');
    expect(own).toMatchObject({ health: 'up', lastError: '' });
    const warnings = prometheus.program
      .output()
      .split('\n')
      .filter((line) => /level=(warn|error)/.test(line));
    expect(warnings).toEqual([]);
  });

  test('answers instant queries as Prometheus does on the samples it was sent', async () => {
    const time = String(Math.floor(Date.now() / 1000) - 5);
    await writtenBeyond(Number(time));
    const queries = [
      'up',
      'count({__name__=~".+"})',
      'sum by (job) (scrape_samples_scraped)',
      'count by (__name__) ({__name__=~"go_.*"})',
      'max_over_time(process_resident_memory_bytes{job="prometheus"}[10s])',
      'topk(3, count by (__name__) ({__name__=~"sightline_.*"}))',
      'prometheus_tsdb_head_series + on (instance) prometheus_tsdb_head_chunks',
      'histogram_quantile(0.9, sum by (le) (prometheus_http_request_duration_seconds_bucket))',
    ];
    for (const query of queries) {
      const [ours, theirs] = await Promise.all(
        [sightline.url, prometheus.url].map((base) => api<VectorResult>(base, '/api/v1/query', { query, time })),
      );
      expect(sorted(ours), query).toEqual(sorted(theirs));
      expect(ours?.result.length, query).toBeGreaterThan(0);
    }
  });

  test('answers range queries as Prometheus does on the samples it was sent', async () => {
    const end = Math.floor(Date.now() / 1000) - 5;
    await writtenBeyond(end);
    // Steps fall between scrapes: Debian's Prometheus 2 closes windows on the left, Prometheus 3 and Sightline do not.
    const range = { start: String(end - 12.5), end: String(end - 0.5), step: '1' };
    for (const query of [
      'up',
      'sum by (job) (scrape_samples_scraped)',
      'go_goroutines',
      'prometheus_tsdb_head_series',
    ]) {
      const [ours, theirs] = await Promise.all(
        [sightline.url, prometheus.url].map((base) =>
          api<MatrixResult>(base, '/api/v1/query_range', { query, ...range }),
        ),
      );
      expect(ours, query).toEqual(theirs);
      expect(ours?.result.length, query).toBeGreaterThan(0);
    }
  });

  test('is scraped by Sightline after a reload', async () => {
    const { writeFileSync } = await import('node:fs');
    const target = prometheus.url.replace('http://', '');
    writeFileSync(
      sightline.prometheusFile,
      `global: { scrape_interval: 1s }\nscrape_configs:\n- job_name: real\n  static_configs: [{ targets: ['${target}'] }]\n`,
    );
    const reload = await fetch(`${sightline.url}/-/reload`, { method: 'POST' });
    expect(reload.status).toBe(200);
    await eventually('a scrape of Prometheus', async () => (await scalarOf(sightline.url, 'up{job="real"}')) === 1);
    const scraped = await scalarOf(sightline.url, 'scrape_samples_scraped{job="real"}');
    expect(scraped).toBeGreaterThan(200);
  });
});

function sorted(data: VectorResult | undefined): unknown {
  return [...(data?.result ?? [])].map((entry) => JSON.stringify(entry)).sort();
}
