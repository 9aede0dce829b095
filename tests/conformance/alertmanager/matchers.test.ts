/** The texts of matchers mean what they mean to Alertmanager 0.25, which prints its configuration as it read it. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MatcherError, parseMatchers } from '../../../packages/server/src/alerting/config/matchers.ts';
import type { YamlNode } from '../../../packages/server/src/lib/yaml-node.ts';
import { parseYaml } from '../../../packages/server/src/lib/yaml-parse.ts';
import { Route } from '../../../packages/server/src/alerting/route/route.ts';
import { answers, freePort, has, type Program, startProgram } from '../../support/programs.ts';
import { askAmtool, makeFolder, removeFolder } from './amtool.ts';

const TEXTS = [
  'a=b',
  ' a = b ',
  'a="b"',
  'a=',
  'a=""',
  '{a=b}',
  '{a=b',
  'a=b}',
  'a=b,c=d',
  'a=b,',
  '{a="b", c!="d",}',
  'a="b,c",d=e',
  'a="\\",b=c"',
  'a="x\\"y"',
  'a="x\\\\"',
  'a="x\\n"',
  'a="x\\ty"',
  'a=x\\y',
  'a=x\\\\y',
  'a=x\\',
  'a=b c d',
  'a==b',
  'a=!b',
  'a=~b',
  'a=~"b|c"',
  'a=~b.*',
  'a!~"\\d+"',
  'a!~"\\\\d+"',
  "a='b'",
  'a=`b`',
  'a={b}',
  'a="{b}"',
  'a:b=c',
  'a=🙂',
  'a="b\u00a0"',
  'a=b\n',
  '\ta=b',
  'a="b\nc"',
  'A_1="x"',
];

const BAD = ['a', '=b', 'a="b', 'a=b"', 'a="b"c"', 'a=b,,c=d', ',a=b', 'a=~(', '1a=b', 'a b=c', 'a<b', '{{a=b}', 'a!b'];

/** The matchers as Alertmanager orders and prints them. */
function keyOf(text: string): string {
  return new Route({
    receiver: 'a',
    groupBy: undefined,
    groupWaitMs: undefined,
    groupIntervalMs: undefined,
    repeatIntervalMs: undefined,
    matchers: parseMatchers(text),
    continue: false,
    muteTimeIntervals: [],
    activeTimeIntervals: [],
    routes: [],
  }).key;
}

function valueAt(node: YamlNode | undefined, key: string): YamlNode | undefined {
  return node?.kind === 'map' ? node.entries.find((entry) => entry.key.text === key)?.value : undefined;
}

function itemsAt(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === 'list' ? node.items : [];
}

const isHere = has('prometheus-alertmanager') && has('amtool');

describe.skipIf(!isHere)('texts of matchers (skipped when Alertmanager is not installed)', () => {
  let folder = '';
  let alertmanager: Program;
  let url = '';
  beforeAll(async () => {
    folder = makeFolder();
    const routes = TEXTS.map((text) => ({ receiver: 'a', matchers: [text] }));
    const config = path.join(folder, 'alertmanager.yml');
    writeFileSync(config, JSON.stringify({ route: { receiver: 'a', routes }, receivers: [{ name: 'a' }] }));
    url = `http://127.0.0.1:${await freePort()}`;
    alertmanager = startProgram('prometheus-alertmanager', [
      `--config.file=${config}`,
      `--storage.path=${folder}/data`,
      `--web.listen-address=${url.slice('http://'.length)}`,
      '--cluster.listen-address=',
    ]);
    await answers(`${url}/-/ready`, alertmanager);
  });
  afterAll(async () => {
    await alertmanager.stop();
    removeFolder(folder);
  });

  test('are read as Alertmanager reads them', async () => {
    const status = (await (await fetch(`${url}/api/v2/status`)).json()) as { config: { original: string } };
    const { root } = parseYaml('status', status.config.original);
    const theirs = itemsAt(valueAt(valueAt(root, 'route'), 'routes')).map((route) => {
      const texts = itemsAt(valueAt(route, 'matchers')).map((node) => (node.kind === 'scalar' ? node.text : ''));
      return `{${texts.join(',')}}`;
    });
    const ours = TEXTS.map(keyOf);
    expect(ours).toEqual(theirs);
  });

  test('are refused where amtool refuses them', () => {
    const texts = BAD.map((text) =>
      JSON.stringify({ route: { receiver: 'a', routes: [{ matchers: [text] }] }, receivers: [{ name: 'a' }] }),
    );
    const accepted = askAmtool(folder, texts).flatMap(({ isAccepted }, index) => (isAccepted ? [BAD[index]] : []));
    expect(accepted).toEqual([]);
    // Names of any text are newer than this Alertmanager.
    const newer = new Set(['1a=b', 'a<b']);
    for (const text of BAD) {
      if (!newer.has(text)) expect(() => parseMatchers(text), text).toThrow(MatcherError);
    }
  });
});
