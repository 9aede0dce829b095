/** The real Prometheus federating from the handler: it must take every series as it is, labels and time included. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ColumnBlock, Labels } from '@sightline/model';
import type { SampleSource } from '@sightline/promql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFederateHandler } from '../../../packages/server/src/ingest/federate/handler.ts';
import { DEFAULT_INGEST_LIMITS } from '../../../packages/server/src/ingest/limits.ts';
import { createIngestMetrics } from '../../../packages/server/src/ingest/metrics.ts';
import { createInput, textOf } from '../../../packages/server/src/ingest/testing/memory-store.ts';
import { createLogger } from '../../../packages/server/src/telemetry/create-logger.ts';
import { createMetricsRegistry } from '../../../packages/server/src/telemetry/create-registry.ts';
import { has, temporaryFolder } from '../../support/programs.ts';
import { type RunningPrometheus, startPrometheus } from '../../support/prometheus.ts';

const SERIES = [
  Labels.fromObject({ __name__: 'job:rate5m', job: 'api', le: '0.5' }),
  Labels.fromObject({ __name__: 'up', instance: 'host:1', job: 'api', text: 'a "b" \\ c\nä' }),
  Labels.fromObject({ __name__: 'http.server.requests', instance: 'host:1', 'service.name': 'x' }),
];

const source: SampleSource = {
  select: async ({ endMs }) =>
    new ColumnBlock(
      SERIES,
      Uint32Array.from([0, 1, 2, 3]),
      Float64Array.from([endMs - 1000, endMs - 2000, endMs - 3000]),
      Float64Array.from([0.25, 1, 1e6]),
    ),
};

describe.skipIf(!has('prometheus'))('the installed Prometheus federates (skipped where it is not installed)', () => {
  const folder = temporaryFolder();
  const handle = createFederateHandler({
    reader: source,
    externalLabels: () => Labels.fromObject({ dc: 'eu' }),
    logger: createLogger({ level: 'error', format: 'json', write() {} }),
    metrics: createIngestMetrics(createMetricsRegistry()),
    limits: DEFAULT_INGEST_LIMITS,
  });
  let server: Server;
  let prometheus: RunningPrometheus;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const query = request.url?.split('?')[1] ?? '';
      void handle(createInput({ query, headers: request.headers })).then(async (output) => {
        response.writeHead(output.status, output.headers).end(await textOf(output));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    prometheus = await startPrometheus(
      folder.path,
      `global: { scrape_interval: 1s }
scrape_configs:
  - job_name: federate
    honor_labels: true
    metrics_path: /federate
    params: { 'match[]': ['{job=~".+"}'] }
    static_configs: [{ targets: ['127.0.0.1:${port}'] }]
`,
    );
  });

  afterAll(async () => {
    await prometheus.program.stop();
    server.close();
    folder.remove();
  });

  test('every series arrives with its own labels, the external ones added', async () => {
    const expected = [
      [{ __name__: 'job:rate5m', dc: 'eu', job: 'api', le: '0.5' }, '0.25'],
      [{ __name__: 'up', dc: 'eu', instance: 'host:1', job: 'api', text: 'a "b" \\ c\nä' }, '1'],
      [
        { __name__: 'http_server_requests', dc: 'eu', instance: 'host:1', job: 'federate', service_name: 'x' },
        '1000000',
      ],
    ];
    let seen: unknown[] = [];
    for (let round = 0; round < 150 && seen.length < expected.length; round++) {
      await sleep(200);
      const answer = await fetch(`${prometheus.url}/api/v1/query?query=${encodeURIComponent('{dc="eu"}')}`);
      const { data } = (await answer.json()) as { data: { result: { metric: object; value: [number, string] }[] } };
      seen = data.result.map(({ metric, value }) => [metric, value[1]]);
    }
    expect(seen).toHaveLength(expected.length);
    expect(seen).toEqual(expect.arrayContaining(expected));
  });
});
