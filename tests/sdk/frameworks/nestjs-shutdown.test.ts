/** A Nest application that is told to stop while it answers: the request is finished before modules are destroyed. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Program, startProgram } from '../../support/programs.ts';
import { type Installed, installSdk } from '../support/built-sdk.ts';

const APP = `
  const { createRequire } = require('node:module');
  const repository = createRequire(process.env.REPOSITORY);
  repository('reflect-metadata');
  const { Controller, Get, Module } = repository('@nestjs/common');
  const { NestFactory } = repository('@nestjs/core');
  const { closeOnShutdown, ObservabilityModule } = require('@sightline/sdk/nestjs');
  class Slow {
    async answer() {
      console.log('working');
      await new Promise((resolve) => setTimeout(resolve, 300));
      console.log('answered');
      return 'done';
    }
    onModuleDestroy() { console.log('destroyed'); }
  }
  Get()(Slow.prototype, 'answer', Object.getOwnPropertyDescriptor(Slow.prototype, 'answer'));
  Controller('slow')(Slow);
  class App {}
  Module({ imports: [ObservabilityModule.forRoot({ service: 'nest' })], controllers: [Slow] })(App);
  NestFactory.create(App, { logger: false }).then(async (app) => {
    if (process.env.HOW === 'hooks') app.enableShutdownHooks();
    else closeOnShutdown(app);
    await app.listen(0, '127.0.0.1');
    console.log('port ' + app.getHttpServer().address().port);
  });`;

let installed: Installed;
let program: Program;

beforeAll(async () => {
  installed = await installSdk(false);
  await installed.write('app.cjs', APP);
});
afterAll(() => installed?.remove());

async function stopWhileAnswering(how: string): Promise<{ body: string; code: number | string; words: string[] }> {
  const env = { ...process.env, HOW: how, REPOSITORY: fileURLToPath(import.meta.url), LOG_FORMAT: 'flat' };
  program = startProgram(process.execPath, ['app.cjs'], { cwd: installed.folder, env });
  const saysSoon = (text: RegExp) => vi.waitFor(() => expect(program.output()).toMatch(text), { timeout: 30_000 });
  await saysSoon(/port \d+/);
  const port = /port (\d+)/.exec(program.output())?.[1];
  const answer = fetch(`http://127.0.0.1:${port}/slow`).then((response) => response.text());
  await saysSoon(/working/);
  program.process.kill('SIGTERM');
  const body = await answer;
  const code = await program.ended;
  const words = program.output().match(/^(?:working|answered|destroyed)$|request completed/gm) ?? [];
  return { body, code, words };
}

describe('SIGTERM', () => {
  it('with closeOnShutdown finishes the request, destroys the modules, and ends well', async () => {
    const { body, code, words } = await stopWhileAnswering('closeOnShutdown');
    expect(body).toBe('done');
    expect(words.slice(0, 2)).toEqual(['working', 'answered']);
    expect(words.indexOf('destroyed')).toBeGreaterThan(words.indexOf('answered'));
    expect(words).toContain('request completed');
    expect(code).toBe(0);
  });

  it('with the shutdown hooks of Nest still answers, and the line of the request is not lost', async () => {
    const { body, code, words } = await stopWhileAnswering('hooks');
    expect(body).toBe('done');
    expect(words).toContain('request completed');
    expect(code).toBe(0);
  });
});
