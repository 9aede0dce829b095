/** A real Prometheus over a fixed data set, which it gets by remote write; on a free port, removed afterwards. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeWriteRequestV1 } from '@sightline/protocol';
import { compressSync } from 'snappy';
import type { DataSeries } from './dataset.ts';

/** Time span of one request. */
const WRITE_MS = 20 * 60_000;

export function hasBinary(name: string): boolean {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export interface ApiAnswer {
  readonly status: 'success' | 'error';
  readonly errorType?: string;
  readonly error?: string;
  readonly data?: { readonly resultType: string; readonly result: unknown };
}

export class PrometheusServer {
  readonly url: string;
  readonly #directory: string;
  readonly #process: ChildProcess;

  private constructor(url: string, directory: string, process: ChildProcess) {
    this.url = url;
    this.#directory = directory;
    this.#process = process;
  }

  static async start(dataset: readonly DataSeries[]): Promise<PrometheusServer> {
    const directory = await mkdtemp(join(tmpdir(), 'sightline-promql-'));
    await writeFile(join(directory, 'prometheus.yml'), 'global: {}\n');
    const port = await freePort();
    const args = [
      `--config.file=${join(directory, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--web.enable-remote-write-receiver',
      '--storage.tsdb.retention.time=100y',
      '--log.level=error',
    ];
    const process = spawn('prometheus', args, { stdio: 'ignore' });
    const server = new PrometheusServer(`http://127.0.0.1:${port}`, directory, process);
    await server.#ready();
    await server.#write(dataset);
    return server;
  }

  async instant(query: string, timeMs: number): Promise<ApiAnswer> {
    return this.#post('query', { query, time: String(timeMs / 1000) });
  }

  async range(query: string, startMs: number, endMs: number, stepMs: number): Promise<ApiAnswer> {
    const times = { start: String(startMs / 1000), end: String(endMs / 1000), step: String(stepMs / 1000) };
    return this.#post('query_range', { query, ...times });
  }

  async stop(): Promise<void> {
    const exited = new Promise((resolve) => this.#process.once('exit', resolve));
    if (this.#process.exitCode === null) {
      this.#process.kill('SIGTERM');
      await exited;
    }
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #post(path: string, body: Record<string, string>): Promise<ApiAnswer> {
    const response = await fetch(`${this.url}/api/v1/${path}`, { method: 'POST', body: new URLSearchParams(body) });
    return (await response.json()) as ApiAnswer;
  }

  /** Remote write in order of time, since the head takes nothing much older than what it has. */
  async #write(dataset: readonly DataSeries[]): Promise<void> {
    const times = dataset.flatMap(({ samples }) => samples.map(([time]) => time));
    const first = times.reduce((a, b) => Math.min(a, b));
    const last = times.reduce((a, b) => Math.max(a, b));
    for (let from = first; from <= last; from += WRITE_MS) {
      const series = dataset.flatMap(({ labels, samples }) => {
        const part = samples.filter(([time]) => time >= from && time < from + WRITE_MS);
        if (part.length === 0) return [];
        return [{ labels, timestampsMs: part.map(([time]) => time), values: part.map(([, value]) => value) }];
      });
      const response = await fetch(`${this.url}/api/v1/write`, {
        method: 'POST',
        headers: { 'Content-Encoding': 'snappy', 'Content-Type': 'application/x-protobuf' },
        body: new Uint8Array(compressSync(encodeWriteRequestV1(series))),
      });
      if (!response.ok) throw new Error(`remote write: ${response.status} ${await response.text()}`);
    }
  }

  async #ready(): Promise<void> {
    const giveUp = Date.now() + 20_000;
    while (Date.now() < giveUp) {
      const isReady = await fetch(`${this.url}/-/ready`).then(
        (response) => response.ok,
        () => false,
      );
      if (isReady) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await this.stop();
    throw new Error('prometheus did not become ready within 20 s');
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
