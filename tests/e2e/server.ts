/** The real Sightline for browser tests, filled with samples whose values are known. */
import { api, type RunningSightline, startSightline } from '../support/sightline.ts';
import { eventually } from '../support/programs.ts';

const STEP_MS = 15_000;
const HOURS = 2;

/** Flat, well apart and in different colours, so that a pixel says which series it belongs to. */
export const ROOMS = { attic: 30, cellar: 10, hall: 20 } as const;

export interface Fixture {
  readonly server: RunningSightline;
  readonly url: string;
  /** The newest sample's time. */
  readonly endMs: number;
  readonly startMs: number;
}

/** Two hours of `fixture_temperature_celsius` in three rooms, a counter, and 120 series of `fixture_many`. */
function lines(startMs: number, endMs: number): string {
  const out = ['# TYPE fixture_requests_total counter'];
  for (let at = startMs; at <= endMs; at += STEP_MS) {
    for (const [room, value] of Object.entries(ROOMS))
      out.push(`fixture_temperature_celsius{room="${room}"} ${value} ${at}`);
    out.push(`fixture_requests_total{code="200"} ${(at - startMs) / 100} ${at}`);
    out.push(`fixture_requests_total{code="500"} ${(at - startMs) / 10_000} ${at}`);
  }
  for (let at = endMs - 600_000; at <= endMs; at += STEP_MS) {
    for (let index = 0; index < 120; index++)
      out.push(`fixture_many{index="${String(index).padStart(3, '0')}"} ${index} ${at}`);
  }
  return `${out.join('\n')}\n`;
}

export async function startFixture(config?: string): Promise<Fixture> {
  const server = await startSightline(config === undefined ? {} : { config });
  const endMs = Math.floor(Date.now() / STEP_MS) * STEP_MS;
  const startMs = endMs - HOURS * 3_600_000;
  const response = await fetch(`${server.url}/api/v1/import/prometheus`, {
    method: 'POST',
    body: lines(startMs, endMs),
  });
  if (!response.ok) throw new Error(`import answered ${response.status}: ${await response.text()}`);
  await eventually('the fixture can be queried', async () => {
    const data = await api<{ result: readonly unknown[] }>(server.url, '/api/v1/query', {
      query: 'fixture_temperature_celsius',
    });
    return data.result.length === 3;
  });
  return { server, url: server.url, endMs, startMs };
}
