/**
 * Randomly made rules over randomly made series: `sightline test rules` prints what promtool prints, line by line. Every expectation is
 * wrong on purpose, so that all results are printed. Series have a step that keeps samples off the edges of windows, where Prometheus
 * 2.42 and 3 differ.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type CliContext, runCli } from '@sightline/cli';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anyPair, hasPromtool, testWithPromtool, withoutEmptyLines } from './promtool.ts';

const SEEDS = 80;
/** From the first minute until here no sample is exactly five minutes older than a tick. */
const MINUTES = 45;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sightline-random-rules-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** mulberry32 */
function randomFrom(seed: number): () => number {
  let state = seed + 0x6d2b79f5;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

class Maker {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
  }

  below(count: number): number {
    return Math.floor(this.#random() * count);
  }

  one<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  series(): string[] {
    return ['x{i="1"}', 'x{i="2"}', 'x{i="3"}', 'y{i="1"}', 'y{i="2", k="l"}']
      .filter(() => this.below(6) > 0)
      .map((name) => `      - {series: '${name}', values: '${this.values()}'}`);
  }

  values(): string {
    const items: string[] = ['_'];
    while (items.length < 14) {
      items.push(
        this.one([
          String(this.below(9)),
          `${this.below(9)}+${this.below(3)}x${this.below(6)}`,
          `${this.below(9)}x${this.below(4)}`,
          `_x${1 + this.below(8)}`,
          '_',
          'stale',
          'NaN',
        ]),
      );
    }
    return items.join(' ');
  }

  /** @param records how many recording rules stand before this one; some expressions read rules that stand behind. */
  expr(records: number): string {
    const metric = this.one(['x', 'y', 'x', `r${this.below(records + 1)}`]);
    const number = this.below(9);
    return this.one([
      `${metric} > ${number}`,
      `${metric} * ${number}`,
      `sum by (i) (${metric})`,
      `count(${metric}) or vector(0)`,
      `${metric} + on (i) group_left () sum by (i) (y)`,
      `${metric} unless on (i) y > ${number}`,
      `${metric} and on (i) (x < ${number})`,
      `max_over_time(${metric}[3m55s])`,
      `count_over_time(${metric}[4m50s]) > 2`,
      `last_over_time(${metric}[1m51s])`,
      `${metric} offset ${1 + this.below(3)}m`,
      `absent(${metric})`,
      `changes(${metric}[2m54s])`,
      `time() / 60 + ${number}`,
      `max(x) == bool ${number}`,
      `${metric} offset -1m`,
      'ALERTS{alertstate="firing"}',
      `x / on () r${this.below(3)}`,
    ]);
  }

  rules(): string[] {
    const lines: string[] = [];
    let records = 0;
    for (let i = 0; i < 3 + this.below(5); i++) {
      if (this.below(2) === 0) {
        const labels = this.one(['{}', '{}', '{team: web}', '{i: ""}', '{k: new}']);
        lines.push(`      - {record: r${records}, expr: '${this.expr(records)}', labels: ${labels}}`);
        records++;
      } else {
        const labels = this.one([
          '{}',
          '{severity: page}',
          '{v: "{{ $value }}"}',
          '{i: "{{ $labels.k }}"}',
          '{gone: "{{ $labels.no }}"}',
        ]);
        const annotations = this.one([
          '{}',
          '{s: "{{ $labels.i }} is {{ $value | humanize }}"}',
          '{q: "{{ query `x` | len }}"}',
        ]);
        const times = `for: ${this.below(4)}m, keep_firing_for: ${this.one([0, 0, 1, 3])}m`;
        lines.push(
          `      - {alert: A${this.below(3)}, expr: '${this.expr(records)}', ${times}, labels: ${labels}, annotations: ${annotations}}`,
        );
      }
    }
    return lines;
  }

  tests(): string {
    const alerts = Array.from({ length: 6 }, () => {
      const at = `${this.below(MINUTES)}m${this.one(['', '30s'])}`;
      return `      - {eval_time: ${at}, alertname: A${this.below(3)}, exp_alerts: [{exp_labels: {not: this}}]}`;
    });
    const exprs = Array.from({ length: 8 }, () => {
      const expr = this.one([
        'r0',
        'r1',
        'r2',
        'ALERTS',
        'ALERTS_FOR_STATE',
        'count_over_time(r0[19m30s])',
        'sum(r1)',
        'x',
      ]);
      return `      - {expr: '${expr}', eval_time: ${this.below(MINUTES)}m, exp_samples: [{labels: 'not', value: -1}]}`;
    });
    return `rule_files: [rules.yml]
evaluation_interval: ${this.one(['1m', '1m', '2m'])}
tests:
  - interval: 59s
    input_series:
${[...this.series(), "      - {series: always, values: '1'}"].join('\n')}
    alert_rule_test:
${alerts.join('\n')}
    promql_expr_test:
${exprs.join('\n')}
`;
  }
}

async function run(file: string): Promise<string> {
  const output: string[] = [];
  const context: CliContext = {
    stdout: (text) => void output.push(text),
    stderr: (text) => void output.push(text),
    isErrorTerminal: false,
    useColor: false,
    render: { color: false, width: 120 },
    columns: 120,
    env: {},
    cwd: folder,
  };
  await runCli(['test', 'rules', file], '0', context);
  return withoutEmptyLines(output.join('')).replace('Unit Testing:  ', '');
}

function firstDifference(ours: string, theirs: string) {
  const other = theirs.split('\n');
  const lines = ours.split('\n');
  const at = lines.findIndex((line, index) => line !== other[index]);
  return { before: lines[at - 2], ours: lines[at], theirs: other[at] };
}

test.skipIf(!hasPromtool())(
  'random rules give what promtool prints (skipped when promtool is not installed)',
  async () => {
    const files = Array.from({ length: SEEDS }, (_, seed) => {
      const maker = new Maker(seed);
      const own = path.join(folder, String(seed));
      mkdirSync(own);
      writeFileSync(path.join(own, 'rules.yml'), `groups:\n  - name: g\n    rules:\n${maker.rules().join('\n')}\n`);
      const file = path.join(own, 'tests.yml');
      writeFileSync(file, maker.tests());
      return file;
    });
    const verdicts = testWithPromtool(files);
    const different: unknown[] = [];
    let firing = 0;
    for (const [seed, file] of files.entries()) {
      const ours = anyPair(await run(file));
      const theirs = anyPair(verdicts[seed]?.output ?? '');
      if (ours !== theirs) different.push({ seed, ...firstDifference(ours, theirs) });
      if (/alertstate="firing"/.test(ours)) firing++;
    }
    expect(different).toEqual([]);
    expect(firing).toBeGreaterThan(5);
  },
  180_000,
);
