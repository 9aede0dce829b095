/** The host collector and the real node_exporter on the same made-up hardware: everything must be equal, values too. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_HOST_PATTERNS } from '../../../packages/server/src/metrics/host/index.ts';
import { fixtureHost } from '../../../packages/server/src/metrics/host/testing/fixture-host.ts';
import { answers, freePort, startProgram } from '../../support/programs.ts';
import { type Exposition, readExposition } from './exposition.ts';
import { HARDWARE_HOST } from './hardware-host.ts';
import { BINARY, exporterTests } from './real-exporter.ts';

const { title, isPossible } = exporterTests('made-up hardware, beside node_exporter');

/** Those that read nothing but the files of the made-up host. */
const COLLECTORS = [
  'bonding',
  'btrfs',
  'conntrack',
  'cpu',
  'cpufreq',
  'diskstats',
  'dmi',
  'edac',
  'hwmon',
  'mdadm',
  'meminfo',
  'netclass',
  'netstat',
  'nvme',
  'powersupplyclass',
  'rapl',
  'schedstat',
  'sockstat',
  'softnet',
  'thermal_zone',
  'xfs',
  'zfs',
];

/** Series of ours that came to node_exporter after 1.5. */
const LATER = [
  /^node_softnet_(backlog_len|cpu_collision_total|flow_limit_count_total|received_rps_total)\{/,
  /^node_cpu_scaling_governor\{/,
  /^node_hwmon_freq_freq_mhz\{/,
  /^node_hwmon_sensor_label\{.*sensor="freq1"/,
  /^node_zfs_zpool_state\{state="suspended"/,
];

describe.skipIf(!isPossible)(title, () => {
  let ours: Exposition;
  let theirs: Exposition;
  const cleanUps: (() => unknown)[] = [];

  beforeAll(async () => {
    const host = fixtureHost(HARDWARE_HOST, {}, (remove) => cleanUps.push(remove));
    ours = readExposition(Buffer.from(await host.body(...COLLECTORS)));
    const url = `http://127.0.0.1:${await freePort()}/metrics`;
    const program = startProgram(BINARY, [
      `--web.listen-address=${new URL(url).host}`,
      '--collector.disable-defaults',
      ...COLLECTORS.map((name) => `--collector.${name}`),
      `--path.procfs=${host.root}/proc`,
      `--path.sysfs=${host.root}/sys`,
      `--path.rootfs=${host.root}/root`,
      `--path.udev.data=${host.root}/root/run/udev/data`,
      `--collector.netstat.fields=${DEFAULT_HOST_PATTERNS.netstatFields}`,
    ]);
    cleanUps.unshift(() => program.stop());
    await answers(url, program);
    const body = await (await fetch(url)).text();
    theirs = readExposition(Buffer.from(body.replaceAll(host.root, '/fixture')));
  });

  afterAll(async () => {
    for (const cleanUp of cleanUps) await cleanUp();
  });

  test('both collectors of a name succeed or fail', () => {
    expect(select(ours, /^node_scrape_collector_success/)).toEqual(select(theirs, /^node_scrape_collector_success/));
  });

  test('the series and their values are the same', () => {
    const expected = select(theirs, /^node_(?!scrape_|exporter_)/);
    const found = select(ours, /^node_(?!scrape_)/).filter((line) => !LATER.some((later) => later.test(line)));
    expect(found).toEqual(expected);
    expect(found.length).toBeGreaterThan(300);
  });

  test('the types are the same', () => {
    const wrong = [...ours.types].filter(
      ([metric, type]) => theirs.types.has(metric) && theirs.types.get(metric) !== type,
    );
    expect(wrong).toEqual([]);
  });
});

/** `series value`, sorted; values rounded to nine digits, because scaling by a thousandth rounds differently. */
function select(exposition: Exposition, pattern: RegExp): string[] {
  return [...exposition.samples]
    .filter(([series]) => pattern.test(series))
    .map(([series, value]) => `${series} ${Number(value.toPrecision(9))}`)
    .sort();
}
