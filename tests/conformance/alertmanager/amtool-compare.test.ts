/** Every command of the real amtool that speaks to a server, against the real Alertmanager and against Sightline: the same text. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { has } from '../../support/programs.ts';
import { startTwoServers, type TwoServers } from './two-servers.ts';

const YAML = `
route:
  receiver: team
  group_by: [alertname]
  routes:
  - {matchers: ['severity="page"', 'job=~"a|b"'], receiver: pager, continue: true}
  - {match_re: {severity: 'page|ticket'}, receiver: desk, routes: [{match: {job: a}, receiver: 'team b'}]}
receivers: [{name: team}, {name: pager}, {name: desk}, {name: team b}]
inhibit_rules:
- {source_matchers: ['alertname="Dead"'], target_matchers: ['alertname="Slow"'], equal: [job]}
`;

const IMPORTED = [
  {
    matchers: [{ name: 'alertname', value: 'Imported.*', isRegex: true, isEqual: true }],
    startsAt: '2098-01-01T00:00:00Z',
    endsAt: '2098-02-01T00:00:00Z',
    createdBy: 'anna',
    comment: 'imported',
  },
];

/** One after the other; `$id` is the silence that was made last, `$file` the file to import. */
const COMMANDS: readonly string[] = [
  'alert add Down instance=a job=a severity=page --annotation=summary=gone --generator-url=http://g/x',
  'alert add alertname=Dead job=x',
  'alert add Slow job=x',
  'alert add instance=only',
  'alert add Ended --start=2020-01-01T00:00:00Z --end=2020-01-02T00:00:00Z',
  'alert add Wrong --start=2021-01-01T00:00:00Z --end=2020-01-02T00:00:00Z',
  'alert',
  'alert query',
  'alert query -o extended',
  'alert query -o json',
  'alert query alertname=Down',
  'alert query Down',
  'alert query alertname=~D.*',
  'alert query alertname!=Down job=x',
  'alert query --inhibited',
  'alert query --silenced',
  'alert query --active',
  'alert query --receiver=pager',
  'alert query --receiver=nobody',
  'alert query alertname=~(',
  'silence add -a anna -c moving -d 2h alertname=Down instance=~a.*',
  'silence query',
  'silence query -o extended',
  'silence query -o json',
  'silence query -q',
  'alert query --silenced',
  'silence query alertname=Down',
  'silence query alertname=Other',
  'silence query --created-by=anna',
  'silence query --created-by=bert',
  'silence query --within=1h',
  'silence query --within=4h',
  'silence query --id=$id',
  'silence update -d 4h -c longer $id',
  'silence query',
  'silence update -d 4h 3fa85f64-5717-4562-b3fc-2c963f66afa6',
  'silence expire $id',
  'silence expire $id',
  'silence expire 3fa85f64-5717-4562-b3fc-2c963f66afa6',
  'silence query',
  'silence query --expired',
  'silence query --expired --within=1h',
  'silence add -a anna -c empty alertname=',
  'silence add -a anna -c regex alertname=~.*',
  'silence add -a anna -c bad alertname=~(',
  'silence add -a anna alertname=x --require-comment',
  'silence add -a anna -c late --start=2099-01-01T00:00:00Z --end=2098-01-01T00:00:00Z alertname=x',
  'silence add -a anna -c coming --start=2097-01-01T00:00:00Z --end=2098-01-01T00:00:00Z alertname=x',
  'silence query',
  'silence expire $id',
  'silence import --force $file',
  'silence query -o json',
  'config routes',
  'config routes show',
  'config routes test severity=page job=a',
  'config routes test severity=ticket',
  'config routes test severity=info',
  'config routes test --verify.receivers=pager,desk severity=page job=b',
  'config routes test --verify.receivers=team severity=page job=b',
  'config routes test --tree severity=page job=a',
];

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const TIME = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?: ?Z| UTC|[+-]\d\d:\d\d)/g;

/** Where the text is another on purpose. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  'silence expire 3fa85f64-5717-4562-b3fc-2c963f66afa6': '404 since 0.26',
};

const run = promisify(execFile);

interface Output {
  readonly code: number;
  readonly text: string;
}

class Amtool {
  readonly #url: string;
  readonly #file: string;
  #silence = '';

  constructor(url: string, file: string) {
    this.#url = url;
    this.#file = file;
  }

  async run(command: string): Promise<Output> {
    const words = command.replace('$id', this.#silence).replace('$file', this.#file).split(' ');
    const { code, stdout, stderr } = await run('amtool', [
      '--no-version-check',
      `--alertmanager.url=${this.#url}`,
      ...words,
    ]).then(
      (output) => ({ code: 0, ...output }),
      (failure: { code: number; stdout: string; stderr: string }) => failure,
    );
    const made = command.startsWith('silence add') || command.startsWith('silence import');
    if (made && code === 0) this.#silence = UUID.exec(stdout)?.[0] ?? '';
    UUID.lastIndex = 0;
    const text = (stdout + stderr).replaceAll(this.#url, '<url>').replaceAll(UUID, '<id>').replaceAll(TIME, '<time>');
    // Columns are as wide as what is in them.
    return { code, text: text.replaceAll('"mutedBy":[],', '').replace(/ +/g, ' ') };
  }
}

describe.skipIf(!has('prometheus-alertmanager') || !has('amtool'))(
  'amtool (needs it and prometheus-alertmanager)',
  () => {
    let servers: TwoServers;
    let theirs: Amtool;
    let ours: Amtool;

    beforeAll(async () => {
      servers = await startTwoServers(YAML);
      const file = path.join(servers.folder, 'silences.json');
      writeFileSync(file, JSON.stringify(IMPORTED));
      theirs = new Amtool(servers.theirs, file);
      ours = new Amtool(servers.ours, file);
    });
    afterAll(() => servers.stop());

    test.each(COMMANDS)('%s', async (command) => {
      const [expected, got] = await Promise.all([theirs.run(command), ours.run(command)]);
      const reason = DIFFERENCES[command];
      if (reason === undefined) expect(got).toEqual(expected);
      else {
        expect(got.code, reason).toBe(expected.code);
        expect(got.text, 'the difference is gone').not.toBe(expected.text);
      }
    });

    test('config show prints what is configured', async () => {
      const { code, text } = await ours.run('config show');
      expect(code).toBe(0);
      for (const line of YAML.trim().split('\n')) expect(text).toContain(line.replace(/ +/g, ' '));
    });
  },
);
