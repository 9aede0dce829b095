import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runScript } from './run.ts';

const folder = fileURLToPath(new URL('../../../testdata/', import.meta.url));
const scripts = readdirSync(folder).filter((name) => name.endsWith('.promqltest'));

test.each(scripts)('%s', async (name) => {
  const report = await runScript(readFileSync(folder + name, 'utf8'));
  expect(report.failures).toEqual([]);
  expect(report.evals).toBeGreaterThan(0);
});

test('the scripts hold at least 600 evaluations', async () => {
  let evals = 0;
  for (const name of scripts) evals += (await runScript(readFileSync(folder + name, 'utf8'))).evals;
  expect(evals).toBeGreaterThanOrEqual(600);
});

test('a wrong expectation is reported', async () => {
  const script =
    'load 1m\n  a 1 2 3\neval instant at 2m a\n  a 4\neval instant at 2m a\n  b 3\neval instant at 2m a +\n';
  const { failures } = await runScript(script);
  expect(failures).toEqual(
    expect.arrayContaining([
      'line 3: a: a is 3@120, expected 4@120',
      'line 5: a: no b at place: a 3@120',
      'line 7: a +: failed: 1:4: parse error: unexpected end of input',
    ]),
  );
});
