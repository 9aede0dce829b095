/**
 * The real Prometheus and Sightline with the same rules over the same samples, evaluated at the same milliseconds. Samples are written
 * before the time they are for, so that neither is late. Prometheus chooses the times of a group from a hash of file and name;
 * Sightline's copy of the file gets a name whose hash gives the same times.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Labels } from '@sightline/model';
import { encodeWriteRequestV1, type SeriesToWrite } from '@sightline/protocol';
import { compressSync } from 'snappy';
import { groupKey, nextSlot } from '../../../../packages/server/src/rules/live/group-loop.ts';
import { type InProcessServer, startInProcess } from '../../../integration/app/in-process.ts';
import { eventually, temporaryFolder } from '../../../support/programs.ts';
import { type RunningPrometheus, startPrometheus } from '../../../support/prometheus.ts';
import { scalarOf } from '../../../support/sightline.ts';

/** A file with one group, which records `tick_<name>` at each evaluation. */
export interface GroupFile {
  readonly name: string;
  readonly intervalMs: number;
  readonly text: string;
}

export interface Pair {
  readonly prometheus: RunningPrometheus;
  readonly sightline: InProcessServer;
}

export class Setting {
  readonly #folder = temporaryFolder();
  readonly #groups: readonly GroupFile[];
  #running: Partial<Pair> = {};

  constructor(groups: readonly GroupFile[]) {
    this.#groups = groups;
    for (const side of ['theirs', 'ours', 'data']) mkdirSync(join(this.#folder.path, side));
    for (const { name, text } of groups) writeFileSync(join(this.#folder.path, 'theirs', `${name}.yml`), text);
  }

  /** Starts both; the second time with the data of the first. */
  async start(): Promise<Pair> {
    const { path } = this.#folder;
    const global = '{evaluation_interval: 3s, external_labels: {region: eu}}';
    const config = (side: string) => `global: ${global}\nrule_files: ['${path}/${side}/*.yml']\n`;
    const args = ['--web.enable-remote-write-receiver'];
    const prometheus = await startPrometheus(path, config('theirs'), args);
    this.#running = { prometheus };
    for (const group of this.#groups) await this.#align(group, prometheus.url);
    const prometheusFile = join(path, 'ours.yml');
    writeFileSync(prometheusFile, config('ours'));
    const sightline = await startInProcess({ prometheusFile, flags: { data: join(path, 'data') } });
    this.#running = { prometheus, sightline };
    return { prometheus, sightline };
  }

  async stop(): Promise<void> {
    const { prometheus, sightline } = this.#running;
    this.#running = {};
    await Promise.all([prometheus?.program.stop(), sightline?.end()]);
  }

  remove(): void {
    this.#folder.remove();
  }

  async #align({ name, intervalMs, text }: GroupFile, url: string): Promise<void> {
    const seconds = await eventually(`tick_${name}`, () => scalarOf(url, `timestamp(tick_${name})`));
    const timeMs = Math.round(seconds * 1e3);
    const folder = join(this.#folder.path, 'ours');
    for (let n = 0; ; n++) {
      const file = join(folder, `${name}-${n}.yml`);
      if (nextSlot(timeMs - 1, intervalMs, groupKey(file, name)) !== timeMs) continue;
      writeFileSync(file, text);
      return;
    }
  }
}

export async function writeTo(url: string, series: readonly SeriesToWrite[]): Promise<void> {
  const response = await fetch(`${url}/api/v1/write`, {
    method: 'POST',
    headers: { 'content-encoding': 'snappy', 'content-type': 'application/x-protobuf' },
    body: new Uint8Array(compressSync(encodeWriteRequestV1(series))),
  });
  if (!response.ok) throw new Error(`remote write: ${response.status} ${await response.text()}`);
}

/** One value a step from `startMs` on; `.` is none and ends the series. */
export function timeline(
  name: string,
  labels: Record<string, string>,
  startMs: number,
  stepMs: number,
  text: string,
): SeriesToWrite {
  const timestampsMs: number[] = [];
  const values: (number | 'stale')[] = [];
  let isThere = false;
  for (const [index, char] of [...text].entries()) {
    const isEnd = char === '.';
    if (isEnd && !isThere) continue;
    timestampsMs.push(startMs + index * stepMs);
    values.push(isEnd ? 'stale' : Number(char));
    isThere = !isEnd;
  }
  return { labels: Labels.fromObject({ __name__: name, ...labels }), timestampsMs, values };
}
