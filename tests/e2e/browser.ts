/** Debian's Chromium through playwright-core, and what every page test needs of it. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { vi } from 'vitest';

// On a busy machine with two cores a page takes seconds; what a test waits for ends well before the test does.
const TEST_MS = 60_000;
const WAIT_MS = 25_000;
vi.setConfig({ testTimeout: TEST_MS });

const CHROMIUM = '/usr/bin/chromium';
const BUILD = fileURLToPath(new URL('../../packages/web/dist/app/index.html', import.meta.url));

/** Why browser tests cannot run here, or null. Suites skip with this in their name; CI has both. */
export const cannotRun: string | null = !existsSync(CHROMIUM)
  ? 'Chromium is not installed at /usr/bin/chromium'
  : !existsSync(BUILD)
    ? 'the web app is not built: npm run build'
    : null;

export const because = cannotRun === null ? '' : ` (skipped: ${cannotRun})`;

export async function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}

export interface Session {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Console errors and uncaught exceptions so far. Failed requests that a test caused itself are left out. */
  readonly problems: string[];
  close(): Promise<void>;
}

const EXPECTED = /Failed to load resource/;

/** A fresh window. `hasNetworkErrors` is for tests that break the network on purpose. */
export async function open(
  browser: Browser,
  options: BrowserContextOptions & { hasNetworkErrors?: boolean } = {},
): Promise<Session> {
  const { hasNetworkErrors = false, ...rest } = options;
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    timezoneId: 'Europe/Berlin',
    ...rest,
  });
  context.setDefaultTimeout(WAIT_MS);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() !== 'error' || (hasNetworkErrors && EXPECTED.test(message.text()))) return;
    problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  return { page, context, problems, close: () => context.close() };
}
