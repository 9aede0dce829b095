import type { Browser, Request } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { because, cannotRun, launch, open, type Session } from './browser.ts';
import { AppPage } from './pages.ts';
import { type Fixture, startFixture } from './server.ts';

let fixture: Fixture;
let browser: Browser;
let session: Session;
let app: AppPage;

const KB = 1000;
const FIRST_JS_KB = 190;
const CSS_KB = 25;

describe.skipIf(cannotRun !== null)(`the shell${because}`, () => {
  beforeAll(async () => {
    [fixture, browser] = await Promise.all([startFixture(), launch()]);
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await fixture?.server.stop();
  });
  beforeEach(async () => {
    session = await open(browser, { permissions: ['clipboard-read', 'clipboard-write'] });
    app = new AppPage(session.page, fixture.url);
  });
  afterEach(async () => {
    const { problems } = session;
    await session.close();
    expect(problems).toEqual([]);
  });

  const instant = (iso: string): number => Date.parse(iso);

  it.each([
    ['1700000000000..1700003600000', 1_700_000_000_000, 1_700_003_600_000],
    ['2026-03-29 00:00..2026-03-30 00:00', instant('2026-03-28T23:00:00Z'), instant('2026-03-29T22:00:00Z')],
    ['2026-10-25 00:00 to 2026-10-26 00:00', instant('2026-10-24T22:00:00Z'), instant('2026-10-25T23:00:00Z')],
  ])('takes the range %s in Berlin', async (text, from, to) => {
    await app.goto('/metrics?tz=Europe/Berlin');
    await app.setRange(text);
    await expect.poll(() => app.range()).toEqual([from, to]);
  });

  it('takes yesterday and a time plus and minus', async () => {
    await app.goto('/metrics?tz=utc');
    await app.setRange('yesterday');
    const day = ([from, to]: readonly [number, number]): number[] => [from % 86_400_000, to - from];
    await expect.poll(async () => day(await app.range())).toEqual([0, 86_399_999]);
    await expect.poll(() => app.param('from')).toBe('now-1d/d');
    await app.setRange('14:00±10m');
    const minutes = ([from, to]: readonly [number, number]): number[] => [(from / 60_000) % 1440, (to - from) / 60_000];
    await expect.poll(async () => minutes(await app.range())).toEqual([13 * 60 + 50, 20]);
  });

  it('leaves the range alone when the text is none, and says what is wrong', async () => {
    await app.goto('/metrics?from=now-3h&to=now');
    const field = await app.openPicker();
    await field.fill('garbage');
    await expect.poll(() => session.page.getByTestId('time-message').innerText()).toContain('not a time range');
    await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true');
    await field.press('Enter');
    await expect.poll(() => app.param('from')).toBe('now-3h');
    await field.fill('since deploy checkout');
    await expect.poll(() => session.page.getByTestId('time-message').innerText()).toContain('Deployments');
  });

  it('keeps time, zone and unknown parameters from page to page', async () => {
    await app.goto('/metrics?from=now-6h&to=now&tz=utc&var-x=1');
    await session.page.getByRole('link', { name: 'System' }).first().click();
    await session.page.waitForURL(/system\/targets/);
    await expect.poll(() => [app.param('from'), app.param('tz'), app.param('var-x')]).toEqual(['now-6h', 'utc', '1']);
    await app.goto('/metrics?mine=1');
    await app.setRange('now-30m');
    await expect.poll(() => app.param('mine')).toBe('1');
  });

  it('copies absolute times by default and live ones on request', async () => {
    await app.goto('/metrics?from=now-6h&to=now');
    const copied = async (): Promise<URL> => new URL(await session.page.evaluate(() => navigator.clipboard.readText()));
    await session.page.getByTestId('copy-menu').click();
    await session.page.getByRole('menuitem', { name: /^Copy link/ }).click();
    await expect.poll(async () => (await copied()).searchParams.get('from')).toMatch(/^\d{13}$/);
    await session.page.getByTestId('copy-menu').click();
    await session.page.getByRole('menuitem', { name: /live/ }).click();
    await expect.poll(async () => (await copied()).searchParams.get('from')).toBe('now-6h');
    await expect.poll(() => app.param('from')).toBe('now-6h');
  });

  it('the palette goes to pages, sets times and finds metrics, also while typing a query', async () => {
    await app.goto('/metrics');
    await session.page.locator('.cm-content').click();
    await session.page.keyboard.press('Control+k');
    const input = session.page.getByRole('combobox');
    await input.fill('storage');
    await session.page.keyboard.press('Enter');
    await session.page.waitForURL(/system\/storage/);

    await session.page.keyboard.press('Control+k');
    await input.fill('now-2d');
    await session.page.getByRole('option', { name: /Set time range/ }).waitFor();
    await session.page.keyboard.press('Enter');
    await expect.poll(() => app.param('from')).toBe('now-2d');

    await session.page.keyboard.press('Control+k');
    await input.fill('fixture temp');
    await session.page.getByRole('option', { name: /fixture_temperature_celsius/ }).click();
    await session.page.waitForURL(/\/metrics\?/);
    await expect.poll(() => app.param('q')).toBe('fixture_temperature_celsius');
  });

  it('the palette offers more for a metric with →, and a new tab with ctrl enter', async () => {
    const { page } = session;
    const search = async (text: string): Promise<void> => {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').fill(text);
    };
    await app.goto('/system/about?from=now-2h&to=now');
    await search('fixture_temp');
    await page.getByRole('option', { name: /fixture_temperature_celsius/ }).hover();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('option', { name: 'Copy name' }).waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('option', { name: 'Copy name' }).waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');

    await search('fixture_temp');
    await page.getByRole('option', { name: /fixture_temperature_celsius/ }).hover();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('option', { name: 'Copy name' }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('fixture_temperature_celsius');

    await search('fixture_temp');
    await page.getByRole('option', { name: /fixture_temperature_celsius/ }).hover();
    const opened = session.context.waitForEvent('page');
    await page.keyboard.press('Control+Enter');
    const beside = new URL((await opened).url());
    expect([beside.pathname, beside.searchParams.get('q'), beside.searchParams.get('from')]).toEqual([
      '/metrics',
      'fixture_temperature_celsius',
      'now-2h',
    ]);
    await expect.poll(() => new URL(page.url()).pathname).toBe('/system/about');
  });

  it('pins a range under a name, also after a reload, and lets go of it', async () => {
    const { page } = session;
    await app.goto('/metrics?from=1700000000000&to=1700003600000&tz=utc');
    await app.openPicker();
    const pins = page.getByTestId('pinned-ranges');
    await pins.getByRole('button', { name: 'Pin this range' }).click();
    await pins.getByRole('textbox').fill('Outage');
    await page.keyboard.press('Enter');
    await pins.getByRole('button', { name: 'Outage', exact: true }).waitFor();
    await app.goto('/metrics?from=now-1h&to=now');
    await app.openPicker();
    await pins.getByRole('button', { name: 'Outage', exact: true }).click();
    await expect.poll(() => app.range()).toEqual([1_700_000_000_000, 1_700_003_600_000]);
    await app.openPicker();
    await pins.getByRole('button', { name: 'Unpin Outage' }).click();
    await expect.poll(() => pins.getByRole('button', { name: 'Outage', exact: true }).count()).toBe(0);
  });

  it('has the theme before the first paint and keeps the choice', async () => {
    const dark = await open(browser, { colorScheme: 'dark', isFresh: true });
    // The first animation frame comes before the first paint.
    await dark.page.addInitScript(() => {
      requestAnimationFrame(() => {
        document.documentElement.dataset['themeAtPaint'] = document.documentElement.dataset['theme'] ?? 'none';
      });
    });
    const page = new AppPage(dark.page, fixture.url);
    await page.goto('/metrics');
    const root = dark.page.locator('html');
    await expect.poll(() => root.getAttribute('data-theme-at-paint')).toBe('dark');
    await expect
      .poll(() => dark.page.evaluate(() => getComputedStyle(document.body).backgroundColor))
      .toBe('rgb(15, 17, 21)');
    await dark.page.locator('main').press('c');
    await dark.page.locator('main').press('t');
    await expect.poll(() => root.getAttribute('data-theme')).toBe('light');
    await dark.page.reload();
    await expect.poll(() => root.getAttribute('data-theme')).toBe('light');
    expect(dark.problems).toEqual([]);
    await dark.close();
  });

  it('is small and asks no other host', async () => {
    const fresh = await open(browser, { isFresh: true });
    const hosts = new Set<string>();
    const bytes = { script: 0, stylesheet: 0 };
    const measured: Promise<void>[] = [];
    const measure = async (request: Request): Promise<void> => {
      const type = request.resourceType();
      if (type !== 'script' && type !== 'stylesheet') return;
      const { responseBodySize } = await request.sizes();
      bytes[type] += responseBodySize;
    };
    fresh.page.on('requestfinished', (request) => {
      hosts.add(new URL(request.url()).host);
      measured.push(measure(request));
    });
    await fresh.page.goto(`${fixture.url}/system/about`);
    await fresh.page.getByRole('heading', { name: 'Program' }).waitFor();
    await new AppPage(fresh.page, fixture.url).idle();
    await Promise.all(measured);
    expect([...hosts]).toEqual([new URL(fixture.url).host]);
    expect(bytes.script / KB).toBeLessThan(FIRST_JS_KB);
    expect(bytes.script).toBeGreaterThan(0);
    expect(bytes.stylesheet / KB).toBeLessThan(CSS_KB);
    expect(fresh.problems).toEqual([]);
    await fresh.close();
  });

  it('is used by keyboard alone', async () => {
    const { page } = session;
    await app.goto('/');
    await page.keyboard.press('Tab');
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to content');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN');
    await page.keyboard.press('g');
    await page.keyboard.press('m');
    await page.waitForURL(/\/metrics/);
    await page.getByRole('textbox', { name: 'Query A' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('fixture_temperature_celsius');
    await page.keyboard.press('Control+Enter');
    await page.getByTestId('panel-result').waitFor();
    // The first Escape closes the suggestions, the second leaves the editor.
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    const figure = page.locator('figure');
    for (let tabs = 0; tabs < 40; tabs++) {
      if (await figure.evaluate((element) => element === document.activeElement)) break;
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await expect
      .poll(() => page.getByTestId('chart-spoken').innerText())
      .toMatch(/^\d\d:\d\d:\d\d, (attic|cellar|hall), [123]0/);
    await page.keyboard.press('Shift+T');
    const table = page.getByTestId('chart-table');
    await table.waitFor();
    await expect.poll(() => table.locator('data').first().getAttribute('value')).toMatch(/^[123]0$/);
    await page.keyboard.press('Escape');
    await figure.waitFor();
  });

  it('lists what works with ?, and single keys can be turned off', async () => {
    const { page } = session;
    await app.goto('/metrics');
    await page.locator('main').focus();
    await page.keyboard.press('?');
    const help = page.getByTestId('help');
    await help.waitFor();
    await expect.poll(() => help.locator('dt').count()).toBeGreaterThan(20);
    await help.getByRole('checkbox', { name: 'Single-key shortcuts' }).uncheck();
    await page.keyboard.press('Escape');
    await page.locator('main').focus();
    await page.keyboard.press('?');
    await page.keyboard.press('Control+k');
    await page.getByTestId('palette').waitFor();
    expect(await help.count()).toBe(0);
  });

  it('answers unknown addresses with a way on', async () => {
    await app.goto('/no/such/page');
    await expect.poll(() => page404()).toContain('no page');
  });
  const page404 = (): Promise<string> => session.page.locator('main').innerText();
});
