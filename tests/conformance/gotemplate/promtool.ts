/** Expands annotations with the real promtool: one unit-test file with a rule for each snippet, its failures say the texts. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The series the rules fire for and that the templates query. */
export const SERIES: readonly { labels: Readonly<Record<string, string>>; value: number }[] = [
  { labels: { __name__: 'm', instance: 'a.example.org:9100', job: 'node', zone: 'eu' }, value: 1234567.875 },
  { labels: { __name__: 'q', x: 'b', n: '2' }, value: 20 },
  { labels: { __name__: 'q', x: 'a', n: '10' }, value: 0.5 },
];

function seriesText(labels: Readonly<Record<string, string>>): string {
  const items = Object.entries(labels).filter(([name]) => name !== '__name__');
  return `${labels['__name__']}{${items.map(([name, value]) => `${name}="${value}"`).join(',')}}`;
}

function run(args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile('promtool', args, { encoding: 'utf8', maxBuffer: 1 << 26 }, (_error, stdout, stderr) => {
      resolve(`${stdout}\n${stderr}`);
    });
  });
}

function writeRules(folder: string, snippets: readonly string[], value: string): string {
  const rules = snippets.map((text, index) => ({
    alert: `A${index}`,
    expr: value,
    annotations: { text },
  }));
  const file = join(folder, 'rules.yml');
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'g', rules }] }));
  return file;
}

/** The expanded annotation of each snippet. All must parse. */
export async function expandAll(folder: string, snippets: readonly string[]): Promise<string[]> {
  writeRules(folder, snippets, 'm > 0');
  const test = join(folder, 'test.yml');
  const series = SERIES.map(({ labels, value }) => ({
    series: seriesText(labels),
    values: `${value} ${value} ${value}`,
  }));
  const checks = snippets.map((_, index) => ({ eval_time: '1m', alertname: `A${index}`, exp_alerts: [] }));
  const tests = [
    {
      interval: '1m',
      input_series: series,
      alert_rule_test: checks,
      external_labels: { dc: 'x1' },
      external_url: 'http://prom.example.org:9090/pre/fix',
    },
  ];
  writeFileSync(test, JSON.stringify({ rule_files: ['rules.yml'], evaluation_interval: '1m', tests }));
  const output = await run(['test', 'rules', test]);
  const found = new Map<string, string>();
  for (const match of output.matchAll(
    /Labels:\{alertname="(A\d+)"[^\n]*\n\s*Annotations:\{text="((?:[^"\\]|\\.)*)"\}/g,
  ))
    found.set(
      match[1] ?? '',
      JSON.parse(
        `"${(match[2] ?? '')
          .replace(/\\x([0-9a-f]{2})/g, '\\u00$1')
          .replaceAll('\\a', '\\u0007')
          .replaceAll('\\v', '\\u000b')}"`,
      ),
    );
  return snippets.map((_, index) => found.get(`A${index}`) ?? `no result in: ${output.slice(0, 500)}`);
}

/** The message about each snippet that does not parse; undefined where promtool finds nothing wrong. */
export async function checkAll(folder: string, snippets: readonly string[]): Promise<(string | undefined)[]> {
  const output = await run(['check', 'rules', writeRules(folder, snippets, 'm')]);
  const found = new Map<string, string>();
  for (const match of output.matchAll(/rule (\d+), "A(\d+)": annotation "text": (template: .*)/g))
    found.set(match[2] ?? '', match[3] ?? '');
  return snippets.map((_, index) => found.get(String(index)));
}
