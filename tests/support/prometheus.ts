/** The real Prometheus as a child process. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answers, freePort, type Program, startProgram } from './programs.ts';

export interface RunningPrometheus {
  readonly url: string;
  readonly program: Program;
}

/** @param config text of prometheus.yml; `PORT` in it becomes the port it listens on */
export async function startPrometheus(
  folder: string,
  config: string,
  args: readonly string[] = [],
): Promise<RunningPrometheus> {
  const port = await freePort();
  mkdirSync(join(folder, 'prometheus-data'), { recursive: true });
  const file = join(folder, 'real-prometheus.yml');
  writeFileSync(file, config.replaceAll('PORT', String(port)));
  const program = startProgram('prometheus', [
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(folder, 'prometheus-data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--storage.tsdb.retention.time=100y',
    ...args,
  ]);
  const url = `http://127.0.0.1:${port}`;
  await answers(`${url}/-/ready`, program);
  return { url, program };
}
