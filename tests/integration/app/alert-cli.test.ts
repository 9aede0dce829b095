/** `sightline alert` against a real server with alertmanager.yml, rules and stored data. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CliContext, runCli } from '@sightline/cli';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HttpRecorder } from '../../../packages/server/src/alerting/testing/http-recorder.ts';
import { temporaryFolder } from '../../support/programs.ts';
import { type InProcessServer, startInProcess } from './in-process.ts';

const folder = temporaryFolder();
const HOUR_MS = 3_600_000;
// On a full minute, an hour ago, so that all of it lies in the past.
const endMs = Math.floor((Date.now() - HOUR_MS) / 60_000) * 60_000;
let server: InProcessServer;
let recorder: HttpRecorder;

function file(name: string, text: string): string {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
}

async function cli(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const context: CliContext = {
    stdout: (text) => void out.push(text),
    stderr: (text) => void err.push(text),
    isErrorTerminal: false,
    useColor: false,
    render: { color: false, width: 100 },
    columns: 100,
    env: { USER: 'ann' },
    cwd: folder.path,
  };
  const code = await runCli(args, '1.2.3', context);
  return { code, out: out.join(''), err: err.join('') };
}

const alert = (...args: string[]) => cli('alert', ...args, '--server', server.url);

beforeAll(async () => {
  recorder = await HttpRecorder.start();
  const alertmanagerFile = file(
    'alertmanager.yml',
    `
route:
  receiver: everybody
  group_by: [alertname]
  routes:
    - {receiver: oncall, matchers: [severity="critical"], continue: true}
    - {receiver: web, matchers: [team=~"web|shop"], group_by: [instance], repeat_interval: 12h}
receivers:
  - {name: everybody, webhook_configs: [{url: '${recorder.url}/all'}]}
  - {name: oncall, webhook_configs: [{url: '${recorder.url}/oncall'}]}
  - {name: web}
`,
  );
  const rule = '{alert: Running, expr: vector(0) > 1, labels: {severity: critical, team: db}}';
  file('running.yml', `groups: [{name: running, rules: [${rule}]}]\n`);
  const prometheusFile = file('prometheus.yml', 'rule_files: [running.yml]\n');
  server = await startInProcess({ alertmanagerFile, prometheusFile });
  const lines: string[] = [];
  for (let minute = 0; minute <= 360; minute++) {
    const ms = endMs - (360 - minute) * 60_000;
    for (const [index, instance] of ['a', 'b'].entries()) {
      // Both fail for half an hour; b once more, for two minutes.
      const isDown = (minute >= 60 && minute < 90) || (index === 1 && minute >= 200 && minute < 202);
      lines.push(`node_up{instance="${instance}"} ${isDown ? 0 : 1} ${ms}`);
    }
  }
  const loaded = await cli('import', 'prometheus', file('data.txt', `${lines.join('\n')}\n`), '--server', server.url);
  expect(loaded).toMatchObject({ code: 0 });
}, 60_000);

afterAll(async () => {
  await server?.end();
  await recorder?.close();
  folder.remove();
});

test('every command has help with examples', async () => {
  for (const command of [
    ['silence', 'add'],
    ['silence', 'list'],
    ['silence', 'expire'],
    ['silence', 'preview'],
    ['routes', 'show'],
    ['routes', 'test'],
    ['send-test'],
    ['backtest'],
  ]) {
    const { code, out } = await cli('alert', ...command, '--help');
    expect(code).toBe(0);
    expect(out).toContain('Examples:');
  }
});

describe('silence', () => {
  test('is made, listed, found by its matchers, and ended', async () => {
    const made = await alert('silence', 'add', 'Down', 'instance=~"a|b"', '-d', '2h', '-c', 'new disk');
    expect(made).toMatchObject({ code: 0, err: '' });
    const id = made.out.trim();
    const listed = await alert('silence', 'list', 'alertname=Down');
    expect(listed.out).toMatch(
      new RegExp(
        `^ID +STATE +TIME +AUTHOR +MATCHERS +COMMENT\\n${id}  active  2h left  ann     alertname="Down" instance=~"a\\|b"  new disk\\n$`,
      ),
    );
    expect((await alert('silence', 'list', 'alertname=Other')).err).toBe('no silences\n');
    const [silence] = JSON.parse((await alert('silence', 'list', '--json')).out);
    expect(silence).toMatchObject({ id, comment: 'new disk', status: { state: 'active' } });
    expect(await alert('silence', 'expire', id)).toEqual({ code: 0, out: `${id} expired\n`, err: '' });
    expect((await alert('silence', 'list')).out).toBe('');
    expect((await alert('silence', 'list', '--expired')).out).toMatch(/expired +ended \d{4}-/);
  });

  test('preview tells what a silence would keep quiet', async () => {
    const { code, out } = await alert('silence', 'preview', 'alertname=Down');
    expect([code, out]).toEqual([0, 'It would keep quiet no alert that fires now, and 0 of the last day.\n']);
  });

  test.each([
    [['add', 'a=b'], /required option '-c, --comment <text>'/],
    [['add', 'a=b', '-c', ' '], /the comment is empty/],
    [['add', 'a=~.*', '-c', 'x'], /match everything[\s\S]*name at least one/],
    [['add', 'a=b', '-c', 'x', '-d', '2 days'], /--duration cannot be "2 days"/],
    [['add', 'a=b', '-c', 'x', '--end', 'tomorrow'], /--end cannot be "tomorrow"/],
    [['add', 'a=~(', '-c', 'x'], /"a=~\(" is not a matcher/],
  ])('%j is a usage error', async (args, message) => {
    const { code, err } = await alert('silence', ...args);
    expect(err).toMatch(message);
    expect(code).toBe(2);
  });

  test('what the server refuses is told in its words', async () => {
    const id = '3f0e5c1a-2b1d-4a8e-9b57-0c8f2d1e6a44';
    const { code, err } = await alert('silence', 'expire', id);
    expect([code, err]).toEqual([1, expect.stringContaining(`has no api/v2/silence/${id}`)]);
  });
});

describe('routes', () => {
  const TREE = [
    'every alert -> everybody  (by alertname; 30s/5m/4h)',
    '├── 0 severity="critical" -> oncall  (by alertname; 30s/5m/4h; continue)',
    '└── 1 team=~"web|shop" -> web  (by instance; 30s/5m/12h)',
    '',
  ].join('\n');

  test('show the running tree and the one of a file', async () => {
    expect(await alert('routes', 'show')).toEqual({ code: 0, out: TREE, err: '' });
    const name = join(folder.path, 'alertmanager.yml');
    expect(await cli('alert', 'routes', 'show', '--file', name)).toEqual({ code: 0, out: TREE, err: '' });
  });

  test('test tells the way of an alert, and verifies it', async () => {
    const labels = ['alertname=Down', 'severity=critical', 'team=web', 'instance=a'];
    const { code, out } = await alert('routes', 'test', ...labels, '--verify-receivers', 'oncall,web');
    expect([code, out]).toEqual([0, 'oncall  (route 0, group alertname="Down")\nweb  (route 1, group instance="a")\n']);
    const name = join(folder.path, 'alertmanager.yml');
    const wrong = await cli('alert', 'routes', 'test', '--file', name, '--verify-receivers', 'web', 'team=x');
    expect(wrong).toMatchObject({ code: 1, err: 'expected the receivers web, found everybody\n' });
    expect(await alert('routes', 'test', 'nolabel')).toMatchObject({ code: 2 });
  });

  test('mistakes of a file are shown with their places', async () => {
    const { code, err } = await cli('alert', 'routes', 'show', '--file', file('bad.yml', 'route: {receiver: x}\n'));
    expect([code, err]).toEqual([1, expect.stringContaining('bad.yml:1')]);
  });
});

describe('send-test', () => {
  test('sends a marked message to each integration and tells how it went', async () => {
    recorder.take();
    const { code, out } = await alert('send-test', 'oncall');
    expect([code, out]).toEqual([0, expect.stringMatching(/^webhook\[0\]: taken after \d+ ms\n$/)]);
    expect(recorder.takeJson()).toMatchObject([{ receiver: 'oncall', alerts: [{ labels: { test: 'true' } }] }]);
  });

  test('fails when a message was refused, when there is nobody, and when there is no such receiver', async () => {
    recorder.answer({ status: 403, body: 'not you' });
    const refused = await alert('send-test', 'oncall');
    recorder.answer({});
    expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(/webhook\[0\]: FAILED .*403/)]);
    expect(await alert('send-test', 'web')).toMatchObject({ code: 1, err: expect.stringContaining('no integration') });
    expect(await alert('send-test', 'nobody')).toMatchObject({
      code: 1,
      err: expect.stringContaining('there is no receiver "nobody"; there is everybody, oncall, web'),
    });
  });
});

describe('backtest', () => {
  const RULES = `
groups:
  - name: g
    interval: 1m
    rules:
      - {record: 'up:min', expr: min(node_up)}
      - {alert: Down, expr: node_up == 0, for: 5m, labels: {severity: critical}}
      - {alert: AnyDown, expr: 'up:min == 0'}
      - {alert: Never, expr: node_up > 5}
`;

  test('tells when rules would have fired, and how many messages that would have been', async () => {
    const rules = file('rules.yml', RULES);
    const until = new Date(endMs).toISOString();
    const { code, out } = await alert('backtest', rules, '--since', '6h', '--until', until);
    expect(code).toBe(0);
    expect(out).toMatch(/^Down +2x +\S+ +\S+ +2 +oncall 2$/m);
    expect(out).toMatch(/^AnyDown +2x +\S+ +\S+ +1 +everybody \d$/m);
    expect(out).toMatch(/^Never +never +- +- +0 +-$/m);
    expect(out).toMatch(/^instance="[ab]", severity="critical" +1x +25m +\d{4}-\d\d-\d\d /m);
    const json = await alert('backtest', rules, '--since', '6h', '--until', until, '--json');
    expect(JSON.parse(json.out)).toMatchObject({ state: 'done', rules: [{ name: 'Down', firedCount: 2 }, {}, {}] });
  });

  test('mistakes of the file and of the command are told', async () => {
    const bad = file('bad-rules.yml', 'groups: [{name: g, rules: [{alert: A, expr: up ==}]}]');
    expect(await alert('backtest', bad)).toMatchObject({ code: 1, err: expect.stringContaining('line 1: ') });
    expect(await alert('backtest', join(folder.path, 'none.yml'))).toMatchObject({ code: 1 });
    expect(await alert('backtest', bad, '--since', 'yesterday')).toMatchObject({ code: 2 });
  });
});

describe('check against the server', () => {
  test('rules: metrics, labels and values that are not there, alerts that only the first route takes', async () => {
    const rules = file(
      'checked.yml',
      `groups:
  - name: g
    rules:
      - {record: 'node:up', expr: min(node_up)}
      - {alert: Good, expr: 'node_up{instance="a"} == 0 and on () node:up == 0', labels: {severity: critical}}
      - {alert: Metric, expr: node_upp == 0, labels: {severity: critical}}
      - {alert: Label, expr: 'node_up{host="a"} == 0', labels: {severity: critical}}
      - {alert: Value, expr: 'node_up{instance="c"} == 0', labels: {severity: critical}}
      - alert: Route
        expr: node_up == 0
        labels: {severity: low, team: ops}
        annotations: {text: '{{ $labels.host }}'}
`,
    );
    const { code, err } = await cli('check', 'rules', '--lint=expressions,templates', '--server', server.url, rules);
    expect(code).toBe(0);
    const found = [...err.matchAll(/^warning\[(.*?)\]: (.*)\n *--> .*?:(\d+):(\d+)$/gm)].map(
      ([, id, message, line]) => `${line} ${id}: ${message}`,
    );
    expect(found).toEqual([
      '6 promql/unknown-metric: there is no metric "node_upp"',
      '7 promql/unknown-label: node_up does not have the label host, so nothing matches',
      '8 promql/unknown-value: no series of node_up has instance="c", so nothing matches',
      '12 rules/template-label: the alert never has the label `host` of its expression, so the text is empty there',
      '9 rules/unrouted: only the first route takes the alert `Route`, to `everybody`: its labels match no other',
    ]);
    expect(err).toContain('did you mean node_up?');
  });

  test('alertmanager.yml: the rules that run are taken for the alerts that come', async () => {
    const { code, err } = await cli(
      'check',
      'alertmanager',
      '--server',
      server.url,
      join(folder.path, 'alertmanager.yml'),
    );
    expect(code).toBe(0);
    expect(err).toContain('warning[alertmanager/idle-route]: no alerting rule has labels that match this route');
    expect(err).toContain('alertmanager.yml:7:');
  });

  test('a server that is not there is told', async () => {
    const { code, err } = await cli('check', 'rules', '--server', '127.0.0.1:1', file('one.yml', 'groups: []\n'));
    expect([code, err]).toEqual([1, expect.stringContaining('cannot reach')]);
  });
});
