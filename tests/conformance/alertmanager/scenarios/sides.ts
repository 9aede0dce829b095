/** The two that are compared: the real Alertmanager and Sightline in this process, each with receivers of its own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { answers, freePort, startProgram } from '../../../support/programs.ts';
import { startInProcess } from '../../../integration/app/in-process.ts';
import { Receivers } from './receivers.ts';

export const EXTERNAL_URL = 'http://alerts.example.org';

export interface Side {
  readonly name: string;
  readonly receivers: Receivers;
  /** A POST or DELETE under /api/v2; the parsed answer. */
  ask(method: 'POST' | 'DELETE', at: string, body?: unknown): Promise<unknown>;
  /** Writes alertmanager.yml anew and has it read. */
  reload(config: string): Promise<void>;
  stop(): Promise<void>;
}

/** @param config the text for receivers at a URL */
export async function startAlertmanager(folder: string, config: (receiverUrl: string) => string): Promise<Side> {
  const receivers = await Receivers.start();
  const file = configFile(path.join(folder, 'theirs'), config(receivers.url));
  const url = `http://127.0.0.1:${await freePort()}`;
  const program = startProgram('prometheus-alertmanager', [
    `--config.file=${file}`,
    `--storage.path=${path.join(folder, 'theirs', 'data')}`,
    `--web.listen-address=${url.slice('http://'.length)}`,
    `--web.external-url=${EXTERNAL_URL}`,
    '--cluster.listen-address=',
  ]);
  await answers(`${url}/-/ready`, program);
  return sideOf('Alertmanager', url, file, receivers, async () => void (await program.stop()));
}

export async function startSightline(folder: string, config: (receiverUrl: string) => string): Promise<Side> {
  const receivers = await Receivers.start();
  const file = configFile(path.join(folder, 'ours'), config(receivers.url));
  const server = await startInProcess({ alertmanagerFile: file, flags: { 'external-url': EXTERNAL_URL } });
  return sideOf('Sightline', server.url, file, receivers, async () => void (await server.end()));
}

function configFile(folder: string, text: string): string {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'alertmanager.yml');
  writeFileSync(file, text);
  return file;
}

function sideOf(name: string, url: string, file: string, receivers: Receivers, stop: () => Promise<void>): Side {
  return {
    name,
    receivers,
    async ask(method, at, body) {
      const init = body === undefined ? {} : { body: JSON.stringify(body) };
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${url}/api/v2/${at}`, { method, headers, ...init });
      const text = await response.text();
      expect(response.status, `${name}: ${method} ${at}: ${text}`).toBe(200);
      return text === '' ? undefined : JSON.parse(text);
    },
    async reload(config) {
      writeFileSync(file, config);
      const response = await fetch(`${url}/-/reload`, { method: 'POST' });
      expect(response.status, `${name}: ${await response.text()}`).toBe(200);
    },
    async stop() {
      await stop();
      await receivers.close();
    },
  };
}
