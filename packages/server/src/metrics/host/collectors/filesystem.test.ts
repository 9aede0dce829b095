import { expect, test } from 'vitest';
import { HostFiles } from '../host-files.ts';
import { MetricText } from '../metric-text.ts';
import { DEFAULT_HOST_PATTERNS } from '../options.ts';
import { fixtureHost } from '../testing/fixture-host.ts';
import { recordingLogger } from '../testing/recording-logger.ts';
import { createFilesystemModule, type Usage } from './filesystem.ts';

const USAGE: Usage = { bsize: 512, blocks: 100, bfree: 50, bavail: 40, files: 10, ffree: 5 };

test('shares that never answer cost two calls, and come back when their server does', async () => {
  const shares = ['/a', '/b', '/c', '/d'].map((path) => `server:${path} ${path} nfs4 rw 0 0\n`).join('');
  const host = fixtureHost({ 'proc/1/mounts': `/dev/sda1 / ext4 rw 0 0\n${shares}` });
  const waiting = new Map<string, (usage: Usage) => void>();
  const calls: string[] = [];
  const measure = (path: string): Promise<Usage> => {
    calls.push(path);
    if (path === '/') return Promise.resolve(USAGE);
    return new Promise((resolve) => waiting.set(path, resolve));
  };
  const collect = createFilesystemModule(measure).create({
    files: new HostFiles({ procPath: `${host.root}/proc`, sysPath: '/nowhere', rootfsPath: '/' }),
    patterns: DEFAULT_HOST_PATTERNS,
    textfileDirectory: undefined,
    logger: recordingLogger([]),
  });
  const failed = async (): Promise<string[]> => {
    const out = new MetricText();
    await collect(out);
    const lines = [...out.families].find((family) => family.name.endsWith('device_error'))?.lines ?? '';
    return [...lines.matchAll(/mountpoint="([^"]+)"\} 1/g)].map(([, path]) => path ?? '').sort();
  };
  const start = performance.now();
  expect(await failed()).toEqual(['/a', '/b', '/c', '/d']);
  const firstMs = performance.now() - start;
  expect(calls).toEqual(['/', '/a', '/b']);
  // The second scrape waits for nothing.
  expect(await failed()).toEqual(['/a', '/b', '/c', '/d']);
  expect(performance.now() - start - firstMs).toBeLessThan(firstMs);
  expect(calls).toEqual(['/', '/a', '/b', '/']);
  for (const answer of waiting.values()) answer(USAGE);
  await new Promise((resolve) => setImmediate(resolve));
  const next = failed();
  for (const share of ['/a', '/b', '/c', '/d']) {
    while (!calls.slice(5).includes(share)) await new Promise((resolve) => setImmediate(resolve));
    waiting.get(share)?.(USAGE);
  }
  expect(await next).toEqual([]);
});
