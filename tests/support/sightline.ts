/** The real server as a child process, as a user starts it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answers, freePort, type Program, startProgram, temporaryFolder } from './programs.ts';

export const sightlineBin = fileURLToPath(new URL('../../packages/cli/bin/sightline.js', import.meta.url));

/** No host metrics and no self scrape: what is stored is what the test sends. */
export const QUIET = 'host_metrics:\n  enabled: false\nself_scrape:\n  enabled: false\n';

export interface SightlineOptions {
  /** Text of prometheus.yml. */
  prometheus?: string;
  /** Text of sightline.yml. */
  config?: string;
  /** Kept after stop when given; else a temporary folder that stop removes. */
  folder?: string;
  args?: readonly string[];
  /** The rules that come with Sightline; off unless asked for: they write series of their own. */
  defaultRules?: boolean;
  /** Added to the environment. */
  env?: Readonly<Record<string, string>>;
}

export interface RunningSightline {
  readonly url: string;
  readonly folder: string;
  readonly dataDirectory: string;
  readonly prometheusFile: string;
  readonly program: Program;
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

export async function startSightline(options: SightlineOptions = {}): Promise<RunningSightline> {
  const temporary = options.folder === undefined ? temporaryFolder() : undefined;
  const folder = options.folder ?? (temporary as { path: string }).path;
  const port = await freePort();
  const configFile = join(folder, 'sightline.yml');
  writeFileSync(configFile, options.config ?? QUIET);
  const prometheusFile = join(folder, 'prometheus.yml');
  const args = ['up', '--config', configFile, '--listen', `127.0.0.1:${port}`, '--data', join(folder, 'data')];
  if (options.defaultRules !== true) args.push('--alerting-default-rules=false');
  if (options.prometheus !== undefined) {
    writeFileSync(prometheusFile, options.prometheus);
    args.push('--prometheus', prometheusFile);
  }
  const program = startProgram(process.execPath, [sightlineBin, ...args, ...(options.args ?? [])], {
    cwd: folder,
    env: { ...process.env, ...options.env },
  });
  const url = `http://127.0.0.1:${port}`;
  try {
    await answers(`${url}/-/ready`, program);
  } catch (error) {
    await program.stop('SIGKILL');
    temporary?.remove();
    throw error;
  }
  return {
    url,
    folder,
    dataDirectory: join(folder, 'data'),
    prometheusFile,
    program,
    async stop(signal) {
      const result = await program.stop(signal);
      temporary?.remove();
      return result;
    },
  };
}

/** What a server exposes, with one space before each value, where the renderer leaves room for the value to grow. */
export async function exposedBy(base: string): Promise<string> {
  const text = await (await fetch(`${base}/metrics`)).text();
  return text.replace(/^([^#\n]*?\S) +(\S+)$/gm, '$1 $2');
}

interface ApiAnswer<T> {
  readonly status: string;
  readonly data: T;
  readonly error?: string;
}

/** `data` of a Prometheus API answer. */
export async function api<T>(base: string, path: string, params: Record<string, string> = {}): Promise<T> {
  const response = await fetch(`${base}${path}?${new URLSearchParams(params)}`);
  const answer = (await response.json()) as ApiAnswer<T>;
  if (answer.status !== 'success') throw new Error(`${path} ${JSON.stringify(params)}: ${answer.error}`);
  return answer.data;
}

export interface VectorResult {
  readonly resultType: string;
  readonly result: readonly { readonly metric: Record<string, string>; readonly value: [number, string] }[];
}

/** The value of an expression that gives one sample, or undefined when it gives none. */
export async function scalarOf(base: string, query: string, time?: number): Promise<number | undefined> {
  const params = time === undefined ? { query } : { query, time: String(time) };
  const data = await api<VectorResult>(base, '/api/v1/query', params);
  const value = data.result[0]?.value[1];
  return value === undefined ? undefined : Number(value);
}
