/** Two copies of the SDK in one process (a bundled service with a plugin that Node loads), and workers: one context. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installed, installSdk } from '../support/built-sdk.ts';

let installed: Installed;

beforeAll(async () => {
  installed = await installSdk(false);
});
afterAll(() => installed.remove());

describe('two copies of the SDK', () => {
  it('share one context, both ways and over awaits', async () => {
    const app = await installed.write(
      'copies.mjs',
      `import { createRequire } from 'node:module';
       // What bundlers take; Node would import the same copy as it requires.
       import * as esm from './node_modules/@sightline/sdk/dist/esm/index.js';
       const cjs = createRequire(import.meta.url)('@sightline/sdk');
       const seen = { same: esm.withCorrelation === cjs.withCorrelation };
       await esm.withCorrelation('from-esm', async () => {
         await null;
         seen.cjs = cjs.correlation().correlationId;
         cjs.setCorrelation({ userId: 'u' });
         seen.esm = esm.correlation().userId;
         await cjs.withCorrelation({ requestId: 'r' }, async () => {
           await null;
           seen.nested = { ...esm.correlation() };
         });
       });
       seen.headers = cjs.withCorrelation('from-cjs', () => esm.injectHeaders());
       seen.resumed = esm.resume(cjs.withCorrelation('carried', () => cjs.carry()), () => cjs.correlation().correlationId);
       console.log(JSON.stringify(seen));`,
    );
    expect(JSON.parse(await installed.node([app]))).toEqual({
      same: false,
      cjs: 'from-esm',
      esm: 'u',
      nested: { correlationId: 'from-esm', userId: 'u', requestId: 'r' },
      headers: { 'x-correlation-id': 'from-cjs' },
      resumed: 'carried',
    });
  });
});

describe('workers', () => {
  it('get the context with a message and answer with their own', async () => {
    await installed.write(
      'worker.cjs',
      `const { parentPort } = require('node:worker_threads');
       const { carry, correlation, resume, setCorrelation } = require('@sightline/sdk');
       parentPort.on('message', ({ context, wait }) => resume(context, async () => {
         await new Promise((resolve) => setTimeout(resolve, wait));
         setCorrelation({ sessionId: 'set-in-worker' });
         parentPort.postMessage({ seen: correlation().correlationId, context: carry() });
       }));`,
    );
    const app = await installed.write(
      'main.mjs',
      `import { Worker } from 'node:worker_threads';
       import { carry, correlation, resume, withCorrelation } from '@sightline/sdk';
       const worker = new Worker(new URL('./worker.cjs', import.meta.url));
       const answers = [];
       worker.on('message', ({ seen, context }) => resume(context, () => {
         answers.push([seen, correlation().correlationId, correlation().sessionId]);
         if (answers.length === 10) {
           console.log(JSON.stringify(answers.sort()));
           worker.terminate();
         }
       }));
       for (let n = 0; n < 10; n++)
         withCorrelation('c-' + n, () => worker.postMessage({ context: carry(), wait: (n * 7) % 10 }));`,
    );
    const expected = Array.from({ length: 10 }, (_, n) => [`c-${n}`, `c-${n}`, 'set-in-worker']);
    expect(JSON.parse(await installed.node([app]))).toEqual(expected);
  });
});
