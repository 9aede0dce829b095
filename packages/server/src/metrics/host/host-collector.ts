/**
 * The metrics of this machine under node_exporter's names, as one exposition body. The scrape manager asks for it as for any
 * other target. Collectors fail alone: one that throws or hangs shows in `node_scrape_collector_success` and in the log.
 */
import { HostError } from './errors.ts';
import { HostFiles } from './host-files.ts';
import type { LabelPairs } from './metric-text.ts';
import { labelText, MetricText, renderMetricText } from './metric-text.ts';
import type { Host, HostModule } from './module.ts';
import { ModuleRunner, type RunResult } from './module-runner.ts';
import { LINUX_MODULES, modulesFor } from './modules.ts';
import type { HostCollectorOptions } from './options.ts';
import { DEFAULT_HOST_PATTERNS } from './options.ts';

const DEFAULT_TIMEOUT_MS = 5000;

export interface HostCollector {
  /** Names of the collectors that run. */
  readonly names: readonly string[];
  /**
   * A Prometheus text 0.0.4 body; two callers at the same time are given the same one, so it must not be changed. Does not
   * reject because a part of the host is unreadable.
   */
  collect(): Promise<Buffer>;
}

/** @throws HostError host_option for an unknown collector name, RegexError for a bad pattern */
export function createHostCollector(options: HostCollectorOptions): HostCollector {
  const { logger, procPath = '/proc', sysPath = '/sys', rootfsPath = '/' } = options;
  const host: Host = {
    files: new HostFiles({ procPath, sysPath, rootfsPath }),
    patterns: { ...DEFAULT_HOST_PATTERNS, ...options.patterns },
    textfileDirectory: options.textfileDirectory,
    logger,
  };
  const modules = chooseModules(options);
  const timeoutMs = options.collectorTimeoutMs ?? DEFAULT_TIMEOUT_MS;
  // Those that wait come last, so that what they measure of themselves is not the work of the others.
  const ordered = [...modules].sort((a, b) => Number(a.mayWait === true) - Number(b.mayWait === true));
  const runs = ordered.map((module) => new ModuleRunner(module, host, timeoutMs));
  let current: Promise<Buffer> | undefined;
  return {
    names: modules.map((module) => module.name),
    collect: () => {
      // Two scrapes at once share one pass: the reading buffer and the counters' memory are one.
      current ??= collectAll(host.files, runs).finally(() => {
        current = undefined;
      });
      return current;
    },
  };
}

function chooseModules(options: HostCollectorOptions): HostModule[] {
  const available = modulesFor(options.platform ?? process.platform);
  const all = [...LINUX_MODULES, ...available];
  const disabled = new Set(options.disabled);
  const enabled = new Set(options.enabled);
  for (const name of [...disabled, ...enabled]) {
    if (all.some((module) => module.name === name)) continue;
    const known = LINUX_MODULES.map((module) => module.name).join(', ');
    throw new HostError('host_option', `there is no host collector "${name}"`, { hint: `known are ${known}` });
  }
  return available.filter(
    ({ name, offByDefault }) => !disabled.has(name) && (offByDefault !== true || enabled.has(name)),
  );
}

async function collectAll(files: HostFiles, runners: readonly ModuleRunner[]): Promise<Buffer> {
  await files.startSlice();
  const results: Promise<RunResult>[] = [];
  for (const runner of runners) {
    results.push(runner.run());
    await files.breathe();
  }
  const done = await Promise.all(results);
  const report = new MetricText();
  const duration = report.gauge('node_scrape_collector_duration_seconds', 'How long a collector took, in seconds.');
  const success = report.gauge('node_scrape_collector_success', 'Whether a collector delivered what it is for.');
  for (const result of done) {
    const labels: LabelPairs = { collector: result.name };
    duration.add(result.seconds, labelText(labels));
    success.add(result.isOk ? 1 : 0, labelText(labels));
  }
  return renderMetricText([...done.map((result) => result.text), report]);
}
