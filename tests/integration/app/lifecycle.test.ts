/** A server inside the test: starting, failing to start, reloading, stopping. */
import { existsSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { eventually, temporaryFolder } from '../../support/programs.ts';
import { api, scalarOf, exposedBy } from '../../support/sightline.ts';
import { type InProcessOptions, type InProcessServer, startInProcess } from './in-process.ts';

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(options: InProcessOptions = {}): Promise<InProcessServer> {
  const server = await startInProcess(options);
  cleanups.push(() => server.end());
  return server;
}

function folder(): string {
  const made = temporaryFolder();
  cleanups.push(() => made.remove());
  return made.path;
}

async function exporter(): Promise<string> {
  const server: Server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end('one 1\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const write = (url: string, text: string) => fetch(`${url}/api/v1/import/prometheus`, { method: 'POST', body: text });

describe('a start', () => {
  test('shows its own metrics and the host within seconds, and a rate of them', async () => {
    const { url } = await start({ flags: { 'host-metrics': 'true', 'self-scrape': 'true' } });
    await eventually('both targets up', async () => (await scalarOf(url, 'sum(up)')) === 2, 10);
    await eventually(
      'a rate',
      async () => (await scalarOf(url, 'rate(process_cpu_seconds_total[1m])')) !== undefined,
      20,
    );
    const status = (await (await fetch(`${url}/api/sightline/v1/ingest/status`)).json()) as {
      sources: { kind: string; samplesTotal: number; lastError: string | null }[];
    };
    for (const kind of ['host', 'self']) {
      expect(status.sources.find((source) => source.kind === kind)).toMatchObject({ lastError: null });
      expect(status.sources.find((source) => source.kind === kind)?.samplesTotal).toBeGreaterThan(50);
    }
  });

  test('answers on every listener', async () => {
    const { banner } = await start({ flags: { listeners: '127.0.0.1:0,127.0.0.1:0' } });
    const urls = banner.match(/http:\/\/127\.0\.0\.1:\d+/g) ?? [];
    expect(new Set(urls).size).toBe(3);
    for (const url of urls) expect((await fetch(`${url}/-/ready`)).status).toBe(200);
  });

  test('on a port in use fails with one clear error and lets go of the data directory', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => taken.close());
    const { port } = taken.address() as AddressInfo;
    const data = join(folder(), 'data');
    await expect(startInProcess({ flags: { listen: `127.0.0.1:${port}`, data } })).rejects.toMatchObject({
      message: `cannot listen on 127.0.0.1:${port}: the port is in use`,
      hint: expect.stringContaining('--listen') as string,
    });
    const server = await start({ flags: { data } });
    expect((await fetch(`${server.url}/-/ready`)).status).toBe(200);
  });

  test('with a broken prometheus.yml touches nothing', async () => {
    const place = folder();
    const prometheusFile = join(place, 'prometheus.yml');
    writeFileSync(prometheusFile, 'scrape_configs: 3\n');
    const data = join(place, 'data');
    await expect(startInProcess({ prometheusFile, flags: { data } })).rejects.toThrow(/prometheus\.yml:1:\d+/);
    expect(existsSync(data)).toBe(false);
  });
});

describe('a reload', () => {
  test('takes new jobs in, keeps targets that stay, and leaves everything when the file is broken', async () => {
    const prometheusFile = join(folder(), 'prometheus.yml');
    const [first, second] = [await exporter(), await exporter()];
    const job = (name: string, target: string) =>
      `- job_name: ${name}\n  static_configs: [{ targets: ['${target}'] }]\n`;
    const config = (jobs: string) => `global: { scrape_interval: 1s, scrape_timeout: 1s }\nscrape_configs:\n${jobs}`;
    writeFileSync(prometheusFile, config(job('first', first)));
    const { url } = await start({ prometheusFile });
    await eventually('a scrape', async () => (await scalarOf(url, 'up{job="first"}')) === 1);

    const reload = () => fetch(`${url}/-/reload`, { method: 'POST' });
    const gauge = async (name: string) => {
      const text = await exposedBy(url);
      return Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1]);
    };
    writeFileSync(prometheusFile, config(`${job('first', first)}- job_name: [\n`));
    const refused = await reload();
    expect(refused.status).toBe(400);
    expect(await refused.text()).toMatch(/prometheus\.yml:\d+:\d+/);
    expect(await gauge('sightline_config_last_reload_success')).toBe(0);
    const about = (await (await fetch(`${url}/api/sightline/v1/system/about`)).json()) as { configError: string };
    expect(about.configError).toMatch(/prometheus\.yml/);

    writeFileSync(prometheusFile, config(job('first', first) + job('second', second)));
    expect((await reload()).status).toBe(200);
    await eventually('the new job', async () => (await scalarOf(url, 'up{job="second"}')) === 1);
    expect(await gauge('sightline_config_last_reload_success')).toBe(1);
    const { yaml } = await api<{ yaml: string }>(url, '/api/v1/status/config');
    expect(yaml).toContain('job_name: second');

    writeFileSync(prometheusFile, config(job('second', second)));
    expect((await reload()).status).toBe(200);
    await eventually('the old job gone', async () => (await scalarOf(url, 'up{job="first"}')) === undefined);
    expect(await scalarOf(url, 'up{job="second"}')).toBe(1);
  });
});

describe('a stop', () => {
  test('loses nothing that was acknowledged and lets the next start read it', async () => {
    const data = join(folder(), 'data');
    const server = await startInProcess({ flags: { data } });
    const stored: number[] = [];
    let isStopping = false;
    const sender = async (lane: number) => {
      for (let i = lane; !isStopping; i += 4) {
        const response = await write(server.url, `kept{i="${i}"} ${i} ${Date.now() - 60_000}\n`).catch(() => undefined);
        if (response?.status === 204) stored.push(i);
      }
    };
    const senders = [0, 1, 2, 3].map(sender);
    await eventually('some writes', async () => stored.length > 40);
    const closing = server.close();
    expect(await closing).toEqual([]);
    isStopping = true;
    await Promise.all(senders);
    await expect(fetch(server.url)).rejects.toThrow();

    const next = await start({ flags: { data } });
    const found = await api<string[]>(next.url, '/api/v1/label/i/values');
    expect(found.map(Number)).toEqual(expect.arrayContaining(stored));
  });
});
