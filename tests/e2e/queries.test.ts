import type { ActiveQuery, QueriesStatus } from '@sightline/api-types';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { because, cannotRun, launch, open, type Session } from './browser.ts';
import { AppPage, ChartPart } from './pages.ts';
import { type Fixture, startFixture } from './server.ts';

let fixture: Fixture;
let browser: Browser;
let session: Session;
let app: AppPage;

const LIST = /\/api\/sightline\/v1\/queries(\?|$)/;

function running(id: string, text: string, elapsedMs: number): ActiveQuery {
  return {
    id,
    text,
    kind: 'range',
    startMs: 0,
    endMs: 3_600_000,
    stepMs: 15_000,
    client: { address: '192.0.2.7', userAgent: 'Grafana/12.1.0' },
    startedMs: 0,
    phase: 'evaluating',
    elapsedMs,
    samplesRead: 1_200_000,
    seriesRead: 40,
    memoryBytes: 1_048_576,
    bytesOut: 0,
  };
}

describe.skipIf(cannotRun !== null)(`queries of the server${because}`, () => {
  beforeAll(async () => {
    [fixture, browser] = await Promise.all([startFixture(), launch()]);
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await fixture?.server.stop();
  });
  beforeEach(async () => {
    session = await open(browser, { hasNetworkErrors: true });
    app = new AppPage(session.page, fixture.url);
  });
  afterEach(async () => {
    const { problems } = session;
    // The list is asked every second; an answer may be under way.
    await session.page.unrouteAll({ behavior: 'ignoreErrors' });
    await session.close();
    expect(problems).toEqual([]);
  });

  const log = (): Locator => session.page.getByTestId('query-log');
  const logged = (): Locator => session.page.getByTestId('logged-query');

  /** The real answer with these queries running. */
  async function withRunning(queries: () => readonly ActiveQuery[]): Promise<void> {
    await session.page.route(LIST, async (route) => {
      const response = await route.fetch();
      const status = (await response.json()) as QueriesStatus;
      const items = queries();
      await route.fulfill({ response, json: { ...status, active: { total: items.length, items } } });
    });
  }

  it('lists what was asked and leads back to it over the same time', async () => {
    const { page } = session;
    // Multiples of the step: the page asks for no others.
    const to = Math.floor(fixture.endMs / 30_000) * 30_000;
    const from = to - 1_800_000;
    const query = 'max(fixture_temperature_celsius) + 1';
    await app.goto(`/metrics?from=${from}&to=${to}&step=30s&q=${encodeURIComponent(query)}`);
    await new ChartPart(page, 'panel-result').root.locator('canvas').waitFor();
    await app.goto('/system/queries');
    const row = logged().filter({ hasText: query }).first();
    await row.waitFor();
    await expect.poll(() => row.innerText()).toContain('answered');
    await expect.poll(() => row.getByRole('img').getAttribute('aria-label')).toMatch(/reading|computing|sending/);
    await row.getByRole('link').click();
    await page.waitForURL(/\/metrics\?/);
    await expect
      .poll(() => [app.param('q'), app.param('from'), app.param('to'), app.param('step')])
      .toEqual([query, String(from), String(to), '30s']);
  });

  it('finds a failed query, shows its error, and clears a search without matches', async () => {
    const { page } = session;
    const failed = await fetch(
      `${fixture.url}/api/v1/query?query=${encodeURIComponent('fixture_many * on () fixture_many')}`,
    );
    expect(failed.ok).toBe(false);
    await app.goto('/system/queries');
    await page.getByRole('searchbox', { name: 'Search in queries' }).fill('on () fixture_many');
    await expect.poll(() => app.param('search')).toBe('on () fixture_many');
    await expect.poll(() => logged().first().getAttribute('data-outcome')).toBe('error');
    await expect.poll(() => logged().first().locator('.target-error').innerText()).toMatch(/many|duplicate/);
    await page.getByRole('searchbox', { name: 'Search in queries' }).fill('nobody asked this');
    await log().locator('[data-state="empty-filter"]').waitFor();
    await log().getByRole('button', { name: 'Clear the search' }).click();
    await logged().first().waitFor();
  });

  it('shows the slowest first and sorts by what was read', async () => {
    const { page } = session;
    await app.goto('/system/queries');
    await log().getByRole('button', { name: 'Slowest' }).click();
    await expect.poll(() => app.param('list')).toBe('slowest');
    const asked = page.waitForRequest((request) => request.url().includes('sort=samples'));
    await log().getByRole('button', { name: 'samples' }).click();
    await asked;
    await expect.poll(() => app.param('sort')).toBe('samples');
  });

  it('stops a running query after asking, by the keyboard alone', async () => {
    const { page } = session;
    let queries = [running('q1', 'up', 800), running('q2', 'sum(rate(slow_total[30d]))', 12_000)];
    await withRunning(() => queries);
    await page.route(/\/api\/sightline\/v1\/queries\/q2$/, async (route) => {
      expect(route.request().method()).toBe('DELETE');
      queries = queries.filter(({ id }) => id !== 'q2');
      await route.fulfill({ json: { id: 'q2' } });
    });
    await app.goto('/system/queries');
    const rows = page.getByTestId('active-query');
    await rows.first().waitFor();
    // The longest first.
    await expect.poll(() => rows.first().innerText()).toContain('slow_total');
    await expect.poll(() => rows.first().innerText()).toContain('Grafana/12.1.0');
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    const dialog = page.getByRole('alertdialog');
    await dialog.waitFor();
    await expect.poll(() => dialog.innerText()).toContain('sum(rate(slow_total[30d]))');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(() => rows.count()).toBe(2);
    // The focus is back in the row.
    await expect.poll(() => page.locator(':focus').innerText()).toContain('slow_total');
    await page.keyboard.press('x');
    await dialog.waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('The query was stopped.').waitFor();
    await expect.poll(() => rows.count()).toBe(1);
  });

  it('says so when the query had ended before it was stopped', async () => {
    const { page } = session;
    await withRunning(() => [running('gone', 'up', 800)]);
    await app.goto('/system/queries');
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Stop the query' }).click();
    await page.getByText('The query had ended already.').waitFor();
  });

  it('says that nothing runs and what the limits are', async () => {
    await withRunning(() => []);
    await app.goto('/system/queries');
    await session.page.getByText('No query is running').waitFor();
    await expect
      .poll(() => session.page.getByRole('region', { name: 'Figures' }).innerText())
      .toMatch(/at most \d+ at once/);
  });
});
