/** Debian's Chromium through playwright-core, and what every page test needs of it. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

// On a busy machine with two cores a page takes seconds; what a test waits for ends well before the test does.
const WAIT_MS = 25_000;

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

interface OpenOptions extends BrowserContextOptions {
  /** For tests that break the network on purpose. */
  readonly hasNetworkErrors?: boolean;
  /** For tests that look at what is loaded, or set the clock: a window that nothing was opened in before. */
  readonly isFresh?: boolean;
}

/**
 * A window that the next session with the same options gets too. Opening one takes longer than most tests, and what was
 * loaded once is compiled already. Its empty tab keeps it open between sessions.
 */
interface KeptWindow {
  readonly context: BrowserContext;
  readonly empty: Page;
  isTaken: boolean;
}

const keptWindows = new WeakMap<Browser, Map<string, KeptWindow>>();
const EXPECTED = /Failed to load resource/;

export async function open(browser: Browser, options: OpenOptions = {}): Promise<Session> {
  const { hasNetworkErrors = false, isFresh = false, ...rest } = options;
  const kept = isFresh ? undefined : await takeKept(browser, rest);
  const context = kept?.context ?? (await newContext(browser, rest));
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() !== 'error' || (hasNetworkErrors && EXPECTED.test(message.text()))) return;
    problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  return { page, context, problems, close: () => (kept === undefined ? context.close() : giveBack(browser, kept)) };
}

async function newContext(browser: Browser, options: BrowserContextOptions): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    timezoneId: 'Europe/Berlin',
    ...options,
  });
  context.setDefaultTimeout(WAIT_MS);
  return context;
}

/** Undefined when the window with these options has a session. */
async function takeKept(browser: Browser, options: BrowserContextOptions): Promise<KeptWindow | undefined> {
  const windows = keptWindows.get(browser) ?? new Map<string, KeptWindow>();
  keptWindows.set(browser, windows);
  const key = JSON.stringify(options);
  const old = windows.get(key);
  if (old?.isTaken === true) return undefined;
  if (old !== undefined) {
    old.isTaken = true;
    return old;
  }
  const context = await newContext(browser, options);
  const made: KeptWindow = { context, empty: await context.newPage(), isTaken: true };
  windows.set(key, made);
  return made;
}

/** Closes the session's tabs and forgets what they stored. A window where that fails is not used again. */
async function giveBack(browser: Browser, kept: KeptWindow): Promise<void> {
  const { context, empty } = kept;
  try {
    const tabs = context.pages().filter((page) => page !== empty);
    const origins = new Set(tabs.map((page) => new URL(page.url()).origin));
    await Promise.all(tabs.map((page) => page.close()));
    await context.setOffline(false);
    const devtools = await context.newCDPSession(empty);
    for (const origin of origins) {
      if (origin !== 'null') await devtools.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
    }
    await devtools.detach();
    kept.isTaken = false;
  } catch {
    for (const [key, one] of keptWindows.get(browser) ?? []) if (one === kept) keptWindows.get(browser)?.delete(key);
    await context.close();
  }
}
