/** The real Alertmanager and Sightline's alerting with its API, on the same alertmanager.yml and nothing else. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { AlertManager } from '../../../packages/server/src/alerting/alert-manager.ts';
import { buildPlan } from '../../../packages/server/src/alerting/build-plan.ts';
import { loadAlertmanagerConfig } from '../../../packages/server/src/alerting/config/load.ts';
import { alertmanagerRoutes } from '../../../packages/server/src/api/alertmanager/routes.ts';
import { createHttpServer } from '../../../packages/server/src/api/http/server.ts';
import { systemClock } from '../../../packages/server/src/lib/clock.ts';
import { MemoryStateStore } from '../../../packages/server/src/storage/testing/memory-state-store.ts';
import { createLogger } from '../../../packages/server/src/telemetry/create-logger.ts';
import { createMetricsRegistry } from '../../../packages/server/src/telemetry/create-registry.ts';
import { answers, freePort, startProgram, temporaryFolder } from '../../support/programs.ts';

export interface TwoServers {
  /** Of the real Alertmanager. */
  readonly theirs: string;
  readonly ours: string;
  /** For files of tests; removed at the end. */
  readonly folder: string;
  stop(): Promise<void>;
}

export async function startTwoServers(yaml: string): Promise<TwoServers> {
  const folder = temporaryFolder();
  const file = path.join(folder.path, 'alertmanager.yml');
  writeFileSync(file, yaml);
  const theirs = `http://127.0.0.1:${await freePort()}`;
  const program = startProgram('prometheus-alertmanager', [
    `--config.file=${file}`,
    `--storage.path=${folder.path}`,
    '--cluster.listen-address=',
    `--web.listen-address=${theirs.slice('http://'.length)}`,
  ]);
  const ours = await startOurs(yaml);
  await answers(`${theirs}/-/ready`, program);
  return {
    theirs,
    ours: ours.url,
    folder: folder.path,
    stop: async () => {
      await Promise.all([program.stop(), ours.stop()]);
      folder.remove();
    },
  };
}

async function startOurs(yaml: string): Promise<{ url: string; stop(): Promise<void> }> {
  const { config, diagnostics } = loadAlertmanagerConfig({ file: 'alertmanager.yml', text: yaml });
  if (config === undefined) throw new Error(JSON.stringify(diagnostics));
  const { plan, close } = buildPlan(config, { externalUrl: 'http://x', version: '0', onIncomplete: () => undefined });
  const logger = createLogger({ level: 'error', format: 'text', write: () => undefined });
  const manager = await AlertManager.open(
    {
      clock: systemClock,
      random: Math.random,
      logger,
      state: new MemoryStateStore(),
      events: { record: () => undefined },
      maxAlerts: 1_000,
    },
    plan,
  );
  const registry = createMetricsRegistry();
  const server = createHttpServer({ fallback: (_request, response) => response.end(), logger, registry });
  server.mount(
    alertmanagerRoutes({
      manager,
      now: Date.now,
      startedMs: Date.now(),
      version: { version: '0.0.0', revision: 'r', buildDate: '' },
      config: () => ({ yaml: config.maskedYaml, receivers: config.receivers.map(({ name }) => name) }),
    }),
  );
  const { port } = await server.listen('127.0.0.1', 0);
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      await server.close(100);
      await manager.close();
      await close();
    },
  };
}
