/** kill -9 in the middle of a remote write: what was acknowledged is there afterwards, and nothing is there twice. */
import { Labels } from '@sightline/model';
import { encodeWriteRequestV1 } from '@sightline/protocol';
import { compressSync } from 'snappy';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../support/programs.ts';
import { api, startSightline, type VectorResult } from '../../support/sightline.ts';

const SERIES = 200;
const SAMPLES_PER_REQUEST = 50;
const REQUESTS = 100;

/** Request `r` holds samples r*50 .. r*50+49 of every series: a million samples in all. */
function request(r: number, baseMs: number): Buffer {
  const indexes = Array.from({ length: SAMPLES_PER_REQUEST }, (_, k) => r * SAMPLES_PER_REQUEST + k);
  const series = Array.from({ length: SERIES }, (_, i) => ({
    labels: Labels.fromObject({ __name__: 'crash_total', i: String(i) }),
    timestampsMs: indexes.map((index) => baseMs + index * 100),
    values: indexes.map((index) => index + (index % 7) / 8),
  }));
  return compressSync(encodeWriteRequestV1(series));
}

test('a killed server has every acknowledged sample once, and becomes ready again', { timeout: 120_000 }, async () => {
  const folder = temporaryFolder();
  const baseMs = Math.floor(Date.now() / 1000) * 1000 - 2 * 3_600_000;
  let server = await startSightline({ folder: folder.path });
  const acknowledged = new Set<number>();
  let next = 0;
  const send = async () => {
    while (next < REQUESTS) {
      const r = next++;
      try {
        const response = await fetch(`${server.url}/api/v1/write`, {
          method: 'POST',
          body: new Uint8Array(request(r, baseMs)),
          headers: { 'content-encoding': 'snappy', 'content-type': 'application/x-protobuf' },
        });
        if (response.status === 204 || response.status === 200) acknowledged.add(r);
        if (acknowledged.size === Math.floor(REQUESTS / 2)) server.program.process.kill('SIGKILL');
      } catch {
        // The connection broke: not acknowledged.
        return;
      }
    }
  };
  await Promise.all([send(), send(), send(), send()]);
  await server.program.ended;
  expect(acknowledged.size).toBeGreaterThanOrEqual(REQUESTS / 2);
  expect(acknowledged.size).toBeLessThan(REQUESTS);

  const started = performance.now();
  server = await startSightline({ folder: folder.path });
  console.info(`ready again after ${Math.round(performance.now() - started)} ms`);
  try {
    const time = String((baseMs + REQUESTS * SAMPLES_PER_REQUEST * 100) / 1000);
    const data = await api<{ result: { metric: Record<string, string>; values: [number, string][] }[] }>(
      server.url,
      '/api/v1/query',
      { query: 'crash_total[1h]', time },
    );
    expect(data.result).toHaveLength(SERIES);
    for (const { metric, values } of data.result) {
      const indexes = values.map(([seconds]) => Math.round((seconds * 1000 - baseMs) / 100));
      const present = new Set(indexes);
      expect(present.size, `series ${metric['i']} holds a sample twice`).toBe(indexes.length);
      for (const [position, [, value]] of values.entries()) {
        const index = indexes[position] as number;
        if (Number(value) !== index + (index % 7) / 8)
          throw new Error(`series ${metric['i']} has ${value} at ${index}`);
      }
      for (const r of acknowledged) {
        for (let k = 0; k < SAMPLES_PER_REQUEST; k++) {
          if (!present.has(r * SAMPLES_PER_REQUEST + k)) {
            throw new Error(
              `series ${metric['i']} lost sample ${r * SAMPLES_PER_REQUEST + k} of acknowledged request ${r}`,
            );
          }
        }
      }
    }
    const sent = [...acknowledged][0] as number;
    const again = await fetch(`${server.url}/api/v1/write`, {
      method: 'POST',
      body: new Uint8Array(request(sent, baseMs)),
      headers: { 'content-encoding': 'snappy', 'content-type': 'application/x-protobuf' },
    });
    expect(again.ok).toBe(true);
    const before = data.result.reduce((sum, series) => sum + series.values.length, 0);
    const count = await api<VectorResult>(server.url, '/api/v1/query', {
      query: 'sum(count_over_time(crash_total[1h]))',
      time,
    });
    expect(Number(count.result[0]?.value[1]), 'a repeated request counts nothing twice').toBe(before);
  } finally {
    await server.stop();
    folder.remove();
  }
});
