import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { HostFiles } from './host-files.ts';
import type { Host, HostModule } from './module.ts';
import { ModuleRunner } from './module-runner.ts';
import { DEFAULT_HOST_PATTERNS } from './options.ts';
import { recordingLogger } from './testing/recording-logger.ts';

function hostOf(warnings: string[]): Host {
  return {
    files: new HostFiles({ procPath: '/proc', sysPath: '/sys', rootfsPath: '/' }),
    patterns: DEFAULT_HOST_PATTERNS,
    textfileDirectory: undefined,
    logger: recordingLogger(warnings),
  };
}

test('a collector that hangs is given up, not started again, and writes into no later scrape', async () => {
  const warnings: string[] = [];
  let starts = 0;
  let finish = (): void => undefined;
  const module: HostModule = {
    name: 'slow',
    create: () => async (out) => {
      starts++;
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      out.gauge('late', 'Late.').add(1);
    },
  };
  const runner = new ModuleRunner(module, hostOf(warnings), 20);
  const first = await runner.run();
  expect(first.isOk).toBe(false);
  expect(first.seconds).toBeGreaterThanOrEqual(0.015);
  expect((await runner.run()).isOk).toBe(false);
  expect(starts).toBe(1);
  expect(warnings[0]).toContain('took longer than 20 ms');
  finish();
  await sleep(1);
  expect([...first.text.families]).toEqual([]);
  const third = runner.run();
  finish();
  expect((await third).isOk).toBe(true);
  expect(starts).toBe(2);
});

test('what was written before an error is delivered', async () => {
  const warnings: string[] = [];
  const module: HostModule = {
    name: 'half',
    create: () => (out) => {
      out.gauge('early', 'Early.').add(1);
      throw new Error('disk on fire');
    },
  };
  const result = await new ModuleRunner(module, hostOf(warnings), 1000).run();
  expect(result.isOk).toBe(false);
  expect([...result.text.families].map((family) => family.lines)).toEqual(['early 1\n']);
  expect(warnings).toEqual(['host collector failed {"error":"disk on fire"}']);
});
