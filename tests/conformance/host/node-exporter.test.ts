/** The host collector beside the real node_exporter on this machine: same names, labels, types and values. */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHostCollector, DEFAULT_HOST_PATTERNS } from '../../../packages/server/src/metrics/host/index.ts';
import { answers, freePort, type Program, startProgram, temporaryFolder } from '../../support/programs.ts';
import { DIFFERENCES } from './differences.ts';
import { type Exposition, metricOf, readExposition } from './exposition.ts';
import { BINARY, exporterTests } from './real-exporter.ts';
import { silentLogger } from './silent-logger.ts';
import { judgeValue } from './values.ts';

const { title, isPossible } = exporterTests('this machine, beside node_exporter');
const TEXT_FILE =
  '# HELP backup_age_seconds Age of the backup.\n# TYPE backup_age_seconds gauge\nbackup_age_seconds{job="a \\"b\\""} 12.5\n';
const ROUNDS = 4;

interface Round {
  readonly before: Exposition;
  readonly ours: Exposition;
  readonly after: Exposition;
}

describe.skipIf(!isPossible)(title, () => {
  const folder = temporaryFolder();
  const rounds: Round[] = [];
  let program: Program;

  beforeAll(async () => {
    writeFileSync(`${folder.path}/backup.prom`, TEXT_FILE);
    const url = `http://127.0.0.1:${await freePort()}/metrics`;
    program = startProgram(BINARY, flags(new URL(url).host, folder.path));
    await answers(url, program);
    const collector = createHostCollector({
      logger: silentLogger(),
      enabled: ['interrupts', 'softirqs'],
      textfileDirectory: folder.path,
    });
    const theirs = async (): Promise<Exposition> => readExposition(Buffer.from(await (await fetch(url)).arrayBuffer()));
    for (let i = 0; i < ROUNDS; i++) {
      const before = await theirs();
      const ours = readExposition(await collector.collect());
      rounds.push({ before, ours, after: await theirs() });
    }
  });

  /** A busy machine can disturb one round (a process that came and went); what is wrong is wrong in all of them. */
  function inEveryRound(find: (round: Round) => string[]): string[] {
    const [first = [], ...others] = rounds.map(find).map((found) => new Set(found));
    return [...first].filter((series) => others.every((found) => found.has(series)));
  }

  afterAll(async () => {
    await program.stop();
    folder.remove();
  });

  test('has every series of node_exporter, but for the listed differences', () => {
    const missing = inEveryRound(({ before, ours, after }) =>
      [...before.samples.keys()].filter((series) => after.samples.has(series) && !ours.samples.has(series)),
    );
    expect(missing.filter((series) => !isListed(series, 'node_exporter'))).toEqual([]);
  });

  test('has no series that node_exporter has not, but for the listed differences', () => {
    const extra = inEveryRound(({ before, ours, after }) =>
      [...ours.samples.keys()].filter((series) => !before.samples.has(series) && !after.samples.has(series)),
    );
    expect(extra.filter((series) => !isListed(series, 'sightline'))).toEqual([]);
  });

  test('gives every metric the same type', () => {
    const { ours, after } = last(rounds);
    const shared = [...ours.types].filter(([metric]) => after.types.has(metric));
    expect(shared.length).toBeGreaterThan(200);
    expect(shared.filter(([metric, type]) => after.types.get(metric) !== type)).toEqual([]);
  });

  test('gives every metric a help text', () => {
    const { ours } = last(rounds);
    expect([...ours.types.keys()].filter((metric) => (ours.helps.get(metric) ?? '').length < 5)).toEqual([]);
  });

  test('reads values that lie between those node_exporter read before and after', () => {
    let compared = 0;
    const wrong = inEveryRound(({ before, ours, after }) => {
      const found: string[] = [];
      for (const [series, value] of ours.samples) {
        const bracket = { before: before.samples.get(series), ours: value, after: after.samples.get(series) };
        if (bracket.before === undefined || bracket.after === undefined) continue;
        compared++;
        if (judgeValue(metricOf(series), { ...bracket, before: bracket.before, after: bracket.after }) !== undefined) {
          found.push(series);
        }
      }
      return found;
    });
    const { before, ours, after } = last(rounds);
    const shown = wrong.map((s) => `${s}: ${before.samples.get(s)} ${ours.samples.get(s)} ${after.samples.get(s)}`);
    expect(shown).toEqual([]);
    expect(compared / ROUNDS).toBeGreaterThan(300);
  });

  test('lists no difference that is not there any more', () => {
    const { ours, after } = last(rounds);
    const unused = DIFFERENCES.filter(({ series, only }) => {
      const [side, other] = only === 'sightline' ? [ours, after] : [after, ours];
      return [...side.samples.keys()].every((key) => !series.test(key) || other.samples.has(key));
    });
    // These depend on the kernel and on how the package was built.
    const optional = [/irq_stalled/, /systemd/];
    expect(unused.filter(({ series }) => !optional.some((entry) => entry.test(series.source)))).toEqual([]);
  });
});

test('the documentation lists the differences that the comparison allows, in the same words', () => {
  const page = readFileSync(new URL('../../../docs/reference/host-metrics.md', import.meta.url), 'utf8');
  const section = /## Differences from node_exporter\n(.*?)\n## /s.exec(page)?.[1] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| What'));
  const expected = DIFFERENCES.map(({ what, only, reason }) => `| ${what} | ${only} | ${reason} |`);
  expect(rows).toEqual(expected);
});

/** Debian's package changes some defaults; the patterns are those of the host collector. */
function flags(address: string, textfileDirectory: string): string[] {
  const { mountPointsExclude, fsTypesExclude, diskDeviceExclude, netstatFields, vmstatFields } = DEFAULT_HOST_PATTERNS;
  return [
    `--web.listen-address=${address}`,
    '--web.max-requests=0',
    '--collector.processes',
    '--collector.interrupts',
    '--collector.stat.softirq',
    '--no-collector.systemd',
    '--collector.netdev.device-exclude=^$',
    `--collector.filesystem.mount-points-exclude=${mountPointsExclude}`,
    `--collector.filesystem.fs-types-exclude=${fsTypesExclude}`,
    `--collector.diskstats.device-exclude=${diskDeviceExclude}`,
    `--collector.netstat.fields=${netstatFields}`,
    `--collector.vmstat.fields=${vmstatFields}`,
    `--collector.textfile.directory=${textfileDirectory}`,
  ];
}

function isListed(series: string, only: 'node_exporter' | 'sightline'): boolean {
  return DIFFERENCES.some((difference) => difference.only === only && difference.series.test(series));
}

function last(rounds: readonly Round[]): Round {
  const round = rounds.at(-1);
  if (round === undefined) throw new Error('no round was made');
  return round;
}
