/** A host made of small files in a temporary directory, for tests of single collectors. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createHostCollector } from '../host-collector.ts';
import { LINUX_MODULES } from '../modules.ts';
import type { HostCollectorOptions } from '../options.ts';
import { recordingLogger } from './recording-logger.ts';

/** Content by path (`proc/stat`, `sys/class/...`, `root/etc/...`); `-> target` makes a symbolic link. */
export type FixtureFiles = Readonly<Record<string, string>>;

export interface FixtureHost {
  readonly root: string;
  readonly warnings: readonly string[];
  write(files: FixtureFiles): void;
  /** The lines of the named collectors without comments, sorted. The root directory in them reads `/fixture`. */
  samples(...collectors: string[]): Promise<string[]>;
  /** The whole body of the named collectors. */
  body(...collectors: string[]): Promise<string>;
}

/** @param atEnd is given what removes the directory; the end of the test when absent */
export function fixtureHost(
  files: FixtureFiles,
  options: Partial<HostCollectorOptions> = {},
  atEnd: (remove: () => void) => void = onTestFinished,
): FixtureHost {
  const root = mkdtempSync(join(tmpdir(), 'sightline-host-'));
  atEnd(() => rmSync(root, { recursive: true, force: true }));
  const warnings: string[] = [];
  const write = (more: FixtureFiles): void => {
    for (const [path, content] of Object.entries(more)) {
      const place = join(root, path);
      mkdirSync(dirname(place), { recursive: true });
      if (content.startsWith('-> ')) symlinkSync(content.slice('-> '.length), place);
      else writeFileSync(place, content);
    }
  };
  write(files);
  const collectors = new Map<string, ReturnType<typeof createHostCollector>>();
  const body = async (...names: string[]): Promise<string> => {
    // One collector for all calls, since some remember what they saw.
    const key = names.join();
    const collector = collectors.get(key) ?? createHostCollector(optionsFor(root, names, warnings, options));
    collectors.set(key, collector);
    return (await collector.collect()).toString().replaceAll(root, '/fixture');
  };
  return {
    root,
    warnings,
    write,
    body,
    samples: async (...names) =>
      (await body(...names))
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('node_scrape_collector_'))
        .sort(),
  };
}

function optionsFor(
  root: string,
  names: readonly string[],
  warnings: string[],
  options: Partial<HostCollectorOptions>,
): HostCollectorOptions {
  return {
    platform: 'linux',
    procPath: join(root, 'proc'),
    sysPath: join(root, 'sys'),
    rootfsPath: join(root, 'root'),
    enabled: names,
    disabled: LINUX_MODULES.map((module) => module.name).filter((name) => !names.includes(name)),
    ...options,
    logger: recordingLogger(warnings),
  };
}
