/** Runs an example as its user would, on a free port. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const examples = fileURLToPath(new URL('../../../examples/sdk/', import.meta.url));

export interface Service {
  readonly url: string;
  lines(): Record<string, unknown>[];
  /** SIGTERM. @returns The exit code. */
  stop(): Promise<number | null>;
}

/** Resolves when the example says that it is ready. */
export async function startExample(file: string): Promise<Service> {
  const env = { PATH: process.env['PATH'], PORT: '0' };
  const child = spawn(process.execPath, [examples + file], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const port = await portOf(
    child,
    () => output,
    () => errors,
  );
  return {
    url: `http://127.0.0.1:${port}`,
    lines: () =>
      output
        .split('\n')
        .filter((line) => line.startsWith('{') && line.endsWith('}'))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    async stop() {
      const exited = once(child, 'exit') as Promise<[number | null]>;
      child.kill('SIGTERM');
      return (await exited)[0];
    },
  };
}

async function portOf(child: ChildProcess, output: () => string, errors: () => string): Promise<string> {
  const endMs = performance.now() + 30_000;
  for (;;) {
    const port = /^.*Ready.*$/m.exec(output())?.[0].match(/"port":(\d+)/)?.[1];
    if (port !== undefined) return port;
    if (child.exitCode !== null || performance.now() > endMs) throw new Error(`not ready: ${output()}${errors()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
