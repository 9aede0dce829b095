import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { because, cannotRun, launch, open, type Session } from './browser.ts';
import { AppPage, ChartPart } from './pages.ts';
import { type Fixture, ROOMS, startFixture } from './server.ts';

let fixture: Fixture;
let browser: Browser;
let session: Session;
let app: AppPage;
let chart: ChartPart;

const QUERY = 'fixture_temperature_celsius';

describe.skipIf(cannotRun !== null)(`the metrics page${because}`, () => {
  beforeAll(async () => {
    [fixture, browser] = await Promise.all([startFixture(), launch()]);
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await fixture?.server.stop();
  });
  beforeEach(async () => {
    session = await open(browser);
    app = new AppPage(session.page, fixture.url);
    chart = new ChartPart(session.page, 'panel-result');
  });
  afterEach(async () => {
    const { problems } = session;
    await session.close();
    expect(problems).toEqual([]);
  });

  const hour = (): string => `from=${fixture.endMs - 3_600_000}&to=${fixture.endMs}`;
  const goto = (more = ''): Promise<void> => app.goto(`/metrics?${hour()}&q=${QUERY}${more}`);

  it('draws every series in its own colour', async () => {
    await goto();
    const colours = await Promise.all(Object.keys(ROOMS).map((room) => chart.colour(room)));
    expect(new Set(colours).size).toBe(3);
    await expect.poll(async () => Math.min(...(await chart.pixels(colours)))).toBeGreaterThan(200);
    await expect
      .poll(() => session.page.getByTestId('graph-foot').innerText())
      .toMatch(/step 15\ss · 241 pts · 3 series · \d+ ms/);
  });

  it('zooms by dragging, asks again at a finer step, and Back undoes it', async () => {
    await goto();
    const [from, to] = await app.range();
    const asked = session.page.waitForRequest(
      (request) => request.url().includes('query_range') && request.url().includes('step=5'),
    );
    await chart.drag(0.25, 0.5);
    await asked;
    await app.idle();
    const [zoomedFrom, zoomedTo] = await app.range();
    const span = to - from;
    expect(Math.abs(zoomedFrom - (from + span * 0.25))).toBeLessThan(15_000);
    expect(Math.abs(zoomedTo - (from + span * 0.5))).toBeLessThan(15_000);
    expect(Number(app.param('from'))).toBe(zoomedFrom);
    await session.page.goBack();
    await app.idle();
    await expect.poll(() => app.range()).toEqual([from, to]);
  });

  it('zooms out with a double click', async () => {
    await goto();
    const [from, to] = await app.range();
    await chart.plot.dblclick();
    await expect
      .poll(async () => (await app.range()).map((at, index) => at - ([from, to][index] ?? 0))[0])
      .toBeLessThan(0);
  });

  it('the legend: swatch toggles, name isolates, ctrl click toggles, and the canvas follows', async () => {
    await goto();
    const rooms = ['attic', 'cellar', 'hall'];
    const colours = await Promise.all(rooms.map((room) => chart.colour(room)));
    const drawn = async (): Promise<boolean[]> => (await chart.pixels(colours)).map((count) => count > 200);

    await chart.swatch('cellar').click();
    await expect.poll(drawn).toEqual([true, false, true]);
    await expect.poll(() => chart.swatch('cellar').getAttribute('aria-pressed')).toBe('false');
    await chart.swatch('cellar').click();
    await expect.poll(drawn).toEqual([true, true, true]);

    await chart.name('hall').click();
    await expect.poll(drawn).toEqual([false, false, true]);
    await chart.name('hall').click();
    await expect.poll(drawn).toEqual([true, true, true]);

    await chart.name('attic').click({ modifiers: ['Control'] });
    await expect.poll(drawn).toEqual([false, true, true]);

    await chart.name('attic').press('Shift+Enter');
    await expect.poll(drawn).toEqual([true, true, true]);
    await chart.name('cellar').press('Alt+Enter');
    await expect.poll(drawn).toEqual([false, true, false]);
  });

  it('sorts the legend by a click on its header', async () => {
    await goto();
    const names = async (): Promise<string[]> => chart.root.locator('.legend-name').allInnerTexts();
    await expect.poll(() => names()).toEqual(['attic', 'hall', 'cellar']);
    await chart.root.getByRole('button', { name: 'max' }).click();
    await chart.root.getByRole('button', { name: 'max' }).click();
    await expect.poll(() => names()).toEqual(['cellar', 'hall', 'attic']);
    await chart.root.getByRole('button', { name: 'series' }).click();
    await expect.poll(() => names()).toEqual(['attic', 'cellar', 'hall']);
  });

  it('says so when it draws only the largest hundred', async () => {
    await app.goto(`/metrics?from=${fixture.endMs - 300_000}&to=${fixture.endMs}&q=fixture_many`);
    const strip = chart.root.locator('[data-state="limited"]');
    await expect.poll(() => strip.innerText()).toContain('100 of 120');
    await chart.root.getByRole('searchbox').fill('000');
    await expect.poll(() => chart.root.getByTestId('legend-item').count()).toBe(0);
    await strip.getByRole('button', { name: 'Show all' }).click();
    await expect.poll(() => chart.root.getByTestId('legend-item').count()).toBe(1);
  });

  it('shows a tooltip with the nearest series first, and pins it', async () => {
    await goto();
    await chart.plot.waitFor();
    const shown = async (): Promise<string[]> => {
      await chart.point(0.5);
      return chart.tipRows();
    };
    await expect.poll(async () => (await shown()).length).toBe(3);
    const tip = chart.root.locator('.tip');
    await expect.poll(() => tip.locator('.tip-row').first().innerText()).toContain('attic');
    await session.page.mouse.down();
    await session.page.mouse.up();
    await expect.poll(() => tip.innerText()).toContain('Pinned');
    await session.page.mouse.move(5, 5);
    expect(await tip.isVisible()).toBe(true);
  });

  it('completes metric names and runs with ctrl enter', async () => {
    await app.goto('/metrics');
    const editor = session.page.getByTestId('editor').locator('.cm-content');
    await editor.click();
    await session.page.keyboard.type('rate(fixture_req');
    const option = session.page.locator('.cm-tooltip-autocomplete li').first();
    await option.waitFor();
    await expect.poll(() => option.innerText()).toContain('fixture_requests_total');
    // The list takes no keys in its first moments, so that nobody accepts what they have not seen.
    await session.page.waitForTimeout(300);
    await session.page.keyboard.press('Enter');
    await expect.poll(() => editor.innerText()).toContain('fixture_requests_total');
    await session.page.keyboard.type('[5m]');
    await session.page.keyboard.press('Control+Enter');
    await session.page.waitForURL(/q=rate/);
    await app.idle();
    await expect.poll(() => app.param('q')).toBe('rate(fixture_requests_total[5m])');
    await chart.item('500').waitFor();
  });

  it('underlines a mistake where the server found it', async () => {
    session.problems.length = 0;
    const broken = await open(browser, { hasNetworkErrors: true });
    const page = new AppPage(broken.page, fixture.url);
    await page.goto(`/metrics?${hour()}&q=${encodeURIComponent('sum(fixture_temperature_celsius) foo')}`);
    await broken.page.getByTestId('query-error').waitFor();
    const marked = broken.page.locator('.cm-lintRange-error');
    await marked.waitFor();
    await expect.poll(() => marked.innerText()).toBe('foo');
    expect(broken.problems).toEqual([]);
    await broken.close();
  });

  it('formats a query', async () => {
    await app.goto(`/metrics?${hour()}&q=${encodeURIComponent('sum(  fixture_temperature_celsius  )by(room)')}`);
    await session.page.getByRole('button', { name: 'Format' }).click();
    await expect.poll(() => session.page.locator('.cm-content').innerText()).toContain('sum by (room) (');
  });

  it('adds, switches off and removes query rows in the address bar', async () => {
    await goto('&q=vector(15)');
    await expect.poll(() => chart.root.getByTestId('legend-item').count()).toBe(4);
    await session.page.getByTestId('query-B').getByRole('button', { name: 'Query B', exact: true }).click();
    await expect.poll(() => chart.root.getByTestId('legend-item').count()).toBe(3);
    await expect.poll(() => app.param('off')).toBe('B');
    await session.page.getByRole('button', { name: 'Remove query B' }).click();
    await expect.poll(() => app.param('off')).toBe(null);
    await expect.poll(() => new URL(session.page.url()).searchParams.getAll('q')).toEqual([QUERY]);
  });

  it('shows instant values as a table', async () => {
    await goto('&view=table');
    const rows = session.page.locator('.data-table tbody tr');
    await expect.poll(() => rows.count()).toBe(3);
    await expect.poll(() => rows.first().innerText()).toMatch(/attic.*30/s);
    await expect.poll(() => rows.locator('data').first().getAttribute('value')).toBe('30');
  });

  it('takes links of Prometheus', async () => {
    await app.goto('/graph?g0.expr=fixture_temperature_celsius&g0.tab=0&g0.range_input=30m');
    await session.page.waitForURL(/\/metrics\?/);
    await expect.poll(() => [app.param('q'), app.param('from')]).toEqual([QUERY, 'now-30m']);
    await chart.item('attic').waitFor();
  });

  it('leads to the nearest data when the range has none', async () => {
    const old = fixture.startMs - 86_400_000;
    await app.goto(`/metrics?from=${old}&to=${old + 3_600_000}&q=${QUERY}`);
    await session.page.locator('[data-state="empty-range"]').waitFor();
    await session.page.getByRole('button', { name: 'Jump there' }).click();
    await chart.item('attic').waitFor();
  });

  it('finds metrics in the catalog and opens them', async () => {
    await app.goto('/metrics/catalog');
    await session.page.getByRole('searchbox').fill('fixture_req');
    const link = session.page.getByRole('link', { name: 'fixture_requests_total' });
    await link.click();
    await session.page.waitForURL(/\/metrics\?.*rate/);
    await expect.poll(() => app.param('q')).toBe('rate(fixture_requests_total[$__rate_interval])');
  });
});
