/** A real Prometheus over a fixed data set: blocks made by promtool, served on a free port, removed afterwards. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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

  static async start(openMetrics: string): Promise<PrometheusServer> {
    const directory = await mkdtemp(join(tmpdir(), 'sightline-promql-'));
    const input = join(directory, 'input.om');
    await writeFile(input, openMetrics);
    await writeFile(join(directory, 'prometheus.yml'), 'global: {}\n');
    const data = join(directory, 'data');
    execFileSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', input, data], { stdio: 'pipe' });
    const port = await freePort();
    const args = [
      `--config.file=${join(directory, 'prometheus.yml')}`,
      `--storage.tsdb.path=${data}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--storage.tsdb.retention.time=100y',
      '--log.level=error',
    ];
    const process = spawn('prometheus', args, { stdio: 'ignore' });
    const server = new PrometheusServer(`http://127.0.0.1:${port}`, directory, process);
    await server.#ready();
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
