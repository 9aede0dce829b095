/** The same history for Sightline and for the real Prometheus: as OpenMetrics for promtool's block builder, as text with ms. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Whole days ago, so that Prometheus keeps it; off the full second, so that no sample lies on the edge of a window. */
export const STEP_SECONDS = 15;
export const POINTS = 240;
export const START_SECONDS = Math.floor(Date.now() / 86_400_000) * 86_400 - 5 * 86_400 + 43_200 + 7;
export const END_SECONDS = START_SECONDS + POINTS * STEP_SECONDS;

interface Point {
  readonly series: string;
  readonly value: string;
  readonly seconds: number;
}

const BUCKETS = ['0.1', '0.5', '1.0', '+Inf'];

/** Everything a result can hold: counters with resets, gaps, NaN and infinities, histograms, odd label values. */
function history(): { family: string; type: string; points: Point[] }[] {
  const families = new Map<string, { family: string; type: string; points: Point[] }>();
  const add = (family: string, type: string, series: string, value: string, seconds: number) => {
    const entry = families.get(family) ?? { family, type, points: [] };
    families.set(family, entry);
    entry.points.push({ series, value, seconds });
  };
  for (const [i, job] of ['api', 'db', 'web"\\x', 'ünï→😀'].entries()) {
    const label = job.replace(/[\\"]/g, (char) => `\\${char}`);
    for (let k = 0; k < POINTS; k++) {
      const seconds = START_SECONDS + k * STEP_SECONDS;
      const reset = k % 100;
      add('requests', 'counter', `requests_total{job="${label}",code="200"}`, String(reset * (i + 1) * 3), seconds);
      if (k % 40 < 30)
        add('temperature', 'gauge', `temperature{job="${label}"}`, String(Math.sin(k / 9) * (i + 1)), seconds);
    }
  }
  for (let k = 0; k < POINTS; k++) {
    const seconds = START_SECONDS + k * STEP_SECONDS;
    const odd = ['NaN', '+Inf', '-Inf', '1e-07', '1e+21', '0.1', '-0', '123456789'];
    add('odd', 'gauge', 'odd{kind="value"}', odd[k % odd.length] as string, seconds);
    BUCKETS.forEach((le, b) => {
      add('latency_seconds', 'histogram', `latency_seconds_bucket{le="${le}"}`, String(k * (b + 1)), seconds);
    });
    add('latency_seconds', 'histogram', 'latency_seconds_count', String(k * BUCKETS.length), seconds);
    add('latency_seconds', 'histogram', 'latency_seconds_sum', String(k * 1.5), seconds);
  }
  return [...families.values()];
}

/** Writes blocks into `folder`/prometheus-data, from where a Prometheus reads them. */
export function writeBlocks(folder: string): void {
  const lines = history().flatMap(({ family, type, points }) => [
    `# TYPE ${family} ${type}`,
    ...points.map(({ series, value, seconds }) => `${series} ${value} ${seconds}`),
  ]);
  const file = join(folder, 'history.om');
  writeFileSync(file, `${lines.join('\n')}\n# EOF\n`);
  execFileSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', file, join(folder, 'prometheus-data')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

export function importText(): string {
  const lines = history().flatMap(({ points }) =>
    points.map(({ series, value, seconds }) => `${series} ${value} ${seconds * 1_000}`),
  );
  return `${lines.join('\n')}\n`;
}
