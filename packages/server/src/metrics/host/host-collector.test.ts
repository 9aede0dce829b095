import { expect, test } from 'vitest';
import { HostError } from './errors.ts';
import { createHostCollector } from './host-collector.ts';
import { LINUX_MODULES } from './modules.ts';
import { fixtureHost } from './testing/fixture-host.ts';
import { recordingLogger } from './testing/recording-logger.ts';

const logger = recordingLogger([]);

test('a collector that finds nothing or fails does not disturb the others', async () => {
  const host = fixtureHost({ 'proc/loadavg': '0.10 0.20 0.30 1/80 999\n', 'proc/sys/fs/file-nr/x': '' });
  const body = await host.body('loadavg', 'hwmon', 'filefd');
  expect(body).toContain('node_load15 0.3\n');
  expect(body).toContain('node_scrape_collector_success{collector="loadavg"} 1\n');
  expect(body).toContain('node_scrape_collector_success{collector="hwmon"} 0\n');
  expect(body).toContain('node_scrape_collector_success{collector="filefd"} 0\n');
  // Hardware that is not there is no news; a file that cannot be read is.
  expect(host.warnings).toHaveLength(1);
  expect(host.warnings[0]).toContain('EISDIR');
});

test('a lasting failure is logged once, and again when it comes back', async () => {
  const host = fixtureHost({ 'proc/sys/fs/file-nr/x': '' });
  await host.body('filefd');
  await host.body('filefd');
  expect(host.warnings).toHaveLength(1);
});

test('each family stands once, with help and type before its samples', async () => {
  const host = fixtureHost({ 'proc/loadavg': '0.10 0.20 0.30 1/80 999\n' });
  expect(await host.body('loadavg')).toMatch(
    new RegExp(
      '^# HELP node_load1 .+\n# TYPE node_load1 gauge\nnode_load1 0.1\n' +
        '# HELP node_load5 .+\n# TYPE node_load5 gauge\nnode_load5 0.2\n' +
        '# HELP node_load15 .+\n# TYPE node_load15 gauge\nnode_load15 0.3\n' +
        '# HELP node_scrape_collector_duration_seconds .+\n',
    ),
  );
});

test('two scrapes at the same time share one pass', async () => {
  const collector = createHostCollector({ logger, platform: 'darwin' });
  const first = collector.collect();
  expect(collector.collect()).toBe(first);
  await first;
  expect(collector.collect()).not.toBe(first);
});

test('a name that no collector has is refused, a name of another system is not', () => {
  expect(() => createHostCollector({ logger, disabled: ['cpus'] })).toThrow(HostError);
  expect(() => createHostCollector({ logger, disabled: ['cpus'] })).toThrow('there is no host collector "cpus"');
  expect(() => createHostCollector({ logger, platform: 'darwin', disabled: ['hwmon'] })).not.toThrow();
});

test('collectors that are off by default run when they are asked for', () => {
  const names = createHostCollector({ logger, platform: 'linux', disabled: ['cpu'] }).names;
  expect(names).not.toContain('cpu');
  expect(names).not.toContain('interrupts');
  expect(createHostCollector({ logger, platform: 'linux', enabled: ['interrupts'] }).names).toContain('interrupts');
});

test('a bad pattern is refused when the collector is made', () => {
  expect(() => createHostCollector({ logger, platform: 'linux', patterns: { netDeviceExclude: '(' } })).toThrow(
    /missing/,
  );
});

test.each(['darwin', 'win32'] as const)('without /proc it gives what Node.js knows (%s)', async (platform) => {
  const collector = createHostCollector({ logger, platform, procPath: '/nowhere', sysPath: '/nowhere' });
  const body = (await collector.collect()).toString();
  for (const metric of [
    'node_boot_time_seconds',
    'node_cpu_seconds_total',
    'node_filesystem_avail_bytes',
    'node_load1',
    'node_memory_free_bytes',
    'node_memory_total_bytes',
    'node_time_seconds',
    'node_uname_info',
  ]) {
    expect(body).toContain(`\n${metric}`);
  }
  expect(body).not.toContain('_success{collector="uname"} 0');
});

test('names of collectors are unique', () => {
  const names = LINUX_MODULES.map((module) => module.name);
  expect(new Set(names).size).toBe(names.length);
});
