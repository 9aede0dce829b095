/** The fixture and the assertions in jest and node:test, each a real run of its own, as ESM and CommonJS, with the built SDK. */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installed, installSdk } from '../support/built-sdk.ts';

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');

/** Tests that every runner runs: three pass, the last fails and shows why. */
const BODY = `
const monitored = monitoredTest();

test('creates an epic', monitored(async ({ log, metrics, tracer, expectLog, expectMetric, expectSpan }) => {
  const epics = metrics.counter('tdd_epic_creations_total', 'Epics', { labels: ['project_type'] });
  const create = async () => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    return tracer.span('create epic', () => {
      log.info('Creating new epic', { epic_name: 'Tests', password: 'secret' });
      epics.inc({ project_type: 'agile' });
      return 7;
    });
  };
  assert.equal(await expectMetric('tdd_epic_creations_total', { project_type: 'agile' }).toIncreaseBy(1, create), 7);
  const { traceId } = expectSpan({ name: 'create epic' }, 1);
  const line = expectLog({ level: 'info', message: /epic$/, traceId, data: { epic_name: 'Tests' } });
  assert.notEqual(line.data.password, 'secret');
  assert.match(line.correlationId, /creates an epic$/);
}));

test('captures the SDK of the process', async () => {
  const t = testObserve({ global: true });
  const logs = captureLogs();
  observe().log.warn('from the code under test');
  logs.expectLog({ level: 'warn', message: 'from the code under test' });
  await t.close();
});

test('records outcomes', async () => {
  await assert.rejects(monitored(() => Promise.reject(new Error('broken')), 'inner')(), /broken/);
  monitored.suite.expectLog({ message: 'test_execution', data: { test: 'inner', outcome: 'failed' } });
  await monitored.suite.expectMetric('tests_total').toBe(2);
});

test('fails with what came closest', () => {
  const t = testObserve();
  t.log.info('Order placed', { order: 7 });
  t.expectLog({ level: 'info', data: { order: 8 } });
});
`;

const NAMES = { sdk: 'observe', testing: 'captureLogs, monitoredTest, testObserve' };
const ESM = `import assert from 'node:assert/strict';
import { ${NAMES.sdk} } from '@sightline/sdk';
import { ${NAMES.testing} } from '@sightline/sdk/testing';
`;
const COMMONJS = `const assert = require('node:assert/strict');
const { ${NAMES.sdk} } = require('@sightline/sdk');
const { ${NAMES.testing} } = require('@sightline/sdk/testing');
`;

let sdk: Installed;

beforeAll(async () => {
  sdk = await installSdk(false);
});
afterAll(() => sdk?.remove());

/** Runs Node in the folder of the SDK, without what vitest tells its children. */
function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number; output: string }> {
  const own = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(NODE_|VITEST|JEST|TEST$)/.test(name)),
  );
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: sdk.folder, env: { ...own, ...env, NO_COLOR: '1' } });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

function expectOutcome(output: string, passed: RegExp, failed: RegExp): void {
  expect(output).toMatch(passed);
  expect(output).toMatch(failed);
  expect(output).toContain('data.order: expected 8, got 7');
  expect(output).toContain('[info] test: Order placed { order: 7 }');
}

describe('jest', () => {
  const CONFIG = JSON.stringify({ testEnvironment: 'node', transform: {}, injectGlobals: true });

  it('runs them as CommonJS', async () => {
    await sdk.write('jest-cjs/package.json', '{ "type": "commonjs" }');
    await sdk.write('jest-cjs/epics.test.js', COMMONJS + BODY);
    const { code, output } = await run([jest, '--rootDir', 'jest-cjs', '--config', CONFIG, '--ci', '--runInBand']);
    expectOutcome(output, /3 passed/, /1 failed/);
    expect(code).toBe(1);
  });

  it('runs them as ES modules', async () => {
    await sdk.write('jest-esm/package.json', '{ "type": "module" }');
    await sdk.write('jest-esm/epics.test.js', ESM + BODY);
    const args = [
      '--experimental-vm-modules',
      jest,
      '--rootDir',
      'jest-esm',
      '--config',
      CONFIG,
      '--ci',
      '--runInBand',
    ];
    const { code, output } = await run(args);
    expectOutcome(output, /3 passed/, /1 failed/);
    expect(code).toBe(1);
  });
});

describe('node:test', () => {
  it.each([
    ['CommonJS', 'node-tests.cjs', `const { test } = require('node:test');\n${COMMONJS}`],
    ['ES modules', 'node-tests.mjs', `import { test } from 'node:test';\n${ESM}`],
  ])('runs them as %s', async (_, name, imports) => {
    await sdk.write(name, imports + BODY);
    const { code, output } = await run(['--test', '--test-reporter=spec', name]);
    expectOutcome(output, /pass 3/, /fail 1/);
    expect(code).toBe(1);
  });
});
