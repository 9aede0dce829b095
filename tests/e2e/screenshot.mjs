/**
 * Takes docs/screenshot.png of a running Sightline: `node tests/e2e/screenshot.mjs [URL]`. Without an address it starts one
 * of its own in a temporary directory and gives it five minutes to have something to show.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const OWN = 'http://127.0.0.1:7077';
const WARM_UP_MS = 300_000;
const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

async function startOwn() {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-screenshot-'));
  const config = join(folder, 'sightline.yml');
  writeFileSync(config, 'host_metrics:\n  interval: 2s\nself_scrape:\n  interval: 2s\n');
  const flags = ['--config', config, '--listen', new URL(OWN).host, '--data', join(folder, 'data')];
  const child = spawn(process.execPath, [at('packages/cli/bin/sightline.js'), 'up', ...flags], { stdio: 'inherit' });
  await sleep(WARM_UP_MS);
  return async () => {
    child.kill('SIGTERM');
    await new Promise((resolve) => child.on('exit', resolve));
    rmSync(folder, { recursive: true, force: true });
  };
}

const given = process.argv[2];
const stop = given === undefined ? await startOwn() : undefined;
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 960 }, colorScheme: 'light' });
  await page.goto(given ?? OWN);
  await page.getByTestId('chart-cpu').locator('canvas').waitFor();
  await page.waitForTimeout(2_000);
  await page.screenshot({ path: at('docs/screenshot.png') });
} finally {
  await browser.close();
  await stop?.();
}
