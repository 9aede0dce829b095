import { hostname } from 'node:os';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { because, cannotRun, launch, open, type Session } from './browser.ts';
import { AppPage, ChartPart, settled } from './pages.ts';
import { type Fixture, startFixture } from './server.ts';

const HOUR_MS = 3_600_000;

let fixture: Fixture;
let browser: Browser;
let session: Session;
let app: AppPage;

/** The load of this host, as its collector would name it: 1 in the first hour, 2 in the second. */
async function sendLoad({ url, startMs, endMs }: Fixture): Promise<void> {
  const lines: string[] = [];
  for (let at = startMs; at <= endMs; at += 15_000) {
    for (const name of ['node_load1', 'node_load5', 'node_load15'])
      lines.push(`${name}{job="node",instance="${hostname()}"} ${at < endMs - HOUR_MS ? 1 : 2} ${at}`);
  }
  const response = await fetch(`${url}/api/v1/import/prometheus`, { method: 'POST', body: `${lines.join('\n')}\n` });
  expect(response.ok).toBe(true);
}

describe.skipIf(cannotRun !== null)(`comparing with an earlier time${because}`, () => {
  beforeAll(async () => {
    [fixture, browser] = await Promise.all([startFixture(), launch()]);
    await sendLoad(fixture);
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await fixture?.server.stop();
  });
  beforeEach(async () => {
    session = await open(browser);
    app = new AppPage(session.page, fixture.url);
  });
  afterEach(async () => {
    const { problems } = session;
    await session.close();
    expect(problems).toEqual([]);
  });

  const range = (): string => `from=${fixture.endMs - HOUR_MS}&to=${fixture.endMs}`;
  const chart = (): ChartPart => new ChartPart(session.page, 'panel-result');

  it('draws the previous period as ghosts and the change of each series', async () => {
    const { page } = session;
    await app.goto(`/metrics?${range()}&q=fixture_requests_total`);
    const colour = await chart().colour('200');
    await expect.poll(() => chart().root.getByTestId('change').count()).toBe(0);
    const [without = 0] = await settled(page, () => chart().pixels([colour], 'muted'));
    const asked = page.waitForRequest((request) => request.url().includes(`start=${fixture.endMs / 1000 - 7200}`));
    await page.getByTestId('compare-menu').click();
    await page.getByRole('menuitemradio', { name: /Previous period/ }).click();
    await asked;
    await app.idle();
    await expect.poll(() => app.param('cmp')).toBe('previous');
    await expect.poll(() => chart().item('500').getByTestId('change').innerText()).toBe('▲ +200\u202f%');
    await expect.poll(async () => ((await chart().pixels([colour], 'muted'))[0] ?? 0) - without).toBeGreaterThan(100);
    await expect.poll(() => page.getByTestId('graph-foot').innerText()).toContain('dashed: previous period');

    // A hidden series takes its ghost with it.
    await chart().root.getByRole('button', { name: 'Show 200' }).click();
    await expect.poll(async () => (await chart().pixels([colour], 'muted'))[0]).toBeLessThan(20);
    await page.goBack();
    await expect.poll(() => chart().root.getByTestId('change').count()).toBe(0);
  });

  it('shows the earlier value in the tooltip', async () => {
    await app.goto(`/metrics?${range()}&q=fixture_requests_total&cmp=previous`);
    await chart().plot.waitFor();
    const heads = async (): Promise<string[]> => {
      await chart().point(0.5);
      return chart().root.locator('.tip-head:visible').allInnerTexts();
    };
    await expect.poll(async () => (await heads()).join()).toContain('before');
    // Half way: 54,000 now, 18,000 an hour before; the pointer is within a few steps of the middle.
    const numbers = chart().root.locator('.tip-row').first().locator('.num');
    const away = async (): Promise<number[]> =>
      (await numbers.allInnerTexts()).map((text, index) => Math.abs(Number.parseFloat(text) - (index === 0 ? 54 : 18)));
    await expect.poll(async () => (await away()).slice(0, 2).map((distance) => distance < 1)).toEqual([true, true]);
  });

  it('says so when there is nothing to compare with, and is switched by the keyboard', async () => {
    const { page } = session;
    await app.goto(`/metrics?${range()}&q=fixture_requests_total`);
    await page.locator('main').focus();
    await page.keyboard.press('t');
    await page.keyboard.press('w');
    await expect.poll(() => app.param('cmp')).toBe('1w');
    await page.locator('[data-state="limited"]', { hasText: 'no data 1 week before' }).waitFor();
    await expect.poll(() => chart().item('500').getByTestId('change').innerText()).toBe('–');
    await page.keyboard.press('t');
    await page.keyboard.press('w');
    await expect.poll(() => app.param('cmp')).toBe(null);
  });

  it('works on the overview and goes along to other pages', async () => {
    const { page } = session;
    await app.goto(`/?${range()}`);
    const load = new ChartPart(page, 'chart-load');
    await load.plot.waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('compare previous');
    await page.keyboard.press('Enter');
    await expect.poll(() => app.param('cmp')).toBe('previous');
    await expect.poll(() => load.item('1 min').first().getByTestId('change').innerText()).toMatch(/▲ \+9\d|▲ \+100/);
    await page.getByRole('link', { name: 'Metrics' }).first().click();
    await page.waitForURL(/\/metrics/);
    await expect.poll(() => app.param('cmp')).toBe('previous');
  });

  it('alt click on a name isolates it on every chart that has it', async () => {
    const { page } = session;
    await app.goto(`/?${range()}`);
    const load = new ChartPart(page, 'chart-load');
    await load.plot.waitFor();
    const hidden = (): Promise<number> => page.locator('[data-testid="legend-item"][data-hidden="true"]').count();
    await load.name('15 min').click({ modifiers: ['Alt'] });
    await expect.poll(hidden).toBe(2);
    await expect.poll(() => load.item('15 min').getAttribute('data-hidden')).toBe('false');
    await load.name('15 min').click({ modifiers: ['Alt'] });
    await expect.poll(hidden).toBe(0);
  });

  it('compares the values of the table', async () => {
    await app.goto(`/metrics?${range()}&q=fixture_requests_total&view=table&cmp=previous`);
    const row = session.page.locator('.data-table tbody tr').filter({ hasText: '500' });
    await row.waitFor();
    await expect.poll(() => row.getByTestId('change').innerText()).toBe('▲ +100\u202f%');
    await session.page.getByRole('button', { name: 'previous period' }).last().click();
    await expect
      .poll(() => session.page.locator('th[aria-sort="descending"]').innerText())
      .toContain('previous period');
  });
});
