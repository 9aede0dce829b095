/** The real node_exporter as a target: everything it exposes is stored, in both formats. */
import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { ScrapeProtocol } from '../../../packages/server/src/config/prometheus/types.ts';
import { prometheusConfig, scrapeConfig, staticGroup } from './support/configs.ts';
import { startManager, until } from './support/harness.ts';

const isInstalled = spawnSync('prometheus-node-exporter', ['--version']).status === 0;
const FORMATS: ScrapeProtocol[][] = [['PrometheusText0.0.4'], ['OpenMetricsText1.0.0']];

test.skipIf(!isInstalled)(
  'node_exporter is scraped completely (needs the prometheus-node-exporter binary)',
  async () => {
    const address = await startNodeExporter();
    const { apply, writer, manager } = startManager();
    const job = (scrapeProtocols: ScrapeProtocol[]) =>
      scrapeConfig({
        jobName: scrapeProtocols[0] as string,
        scrapeProtocols,
        staticConfigs: [staticGroup([address], { instance: 'n' })],
      });
    await apply(prometheusConfig(...FORMATS.map(job)));
    await until(() => manager.targets().activeTargets.every(({ health }) => health === 'up'));
    const response = await fetch(`http://${address}/metrics`);
    const exposed = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    for (const [protocol] of FORMATS) {
      const stored = writer.values(`scrape_samples_scraped{instance="n", job="${protocol}"}`)[0] as number;
      expect(Math.abs(stored - exposed.length)).toBeLessThan(50);
      expect(
        writer.names().some((name) => name.startsWith('node_uname_info{') && name.includes(`job="${protocol}"`)),
      ).toBe(true);
      expect(writer.values(`up{instance="n", job="${protocol}"}`)[0]).toBe(1);
    }
    expect(writer.metadata.get('node_load1')).toMatchObject({ type: 'gauge', help: '1m load average.' });
  },
);

async function startNodeExporter(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  const address = `127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`;
  await new Promise((resolve) => server.close(resolve));
  const child = spawn('prometheus-node-exporter', [`--web.listen-address=${address}`], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  for (let attempt = 0; attempt < 100; attempt++) {
    const answer = await fetch(`http://${address}/`).catch(() => undefined);
    if (answer?.ok) return address;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('node_exporter did not start');
}
