import type { Browser, Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { because, cannotRun, launch, open, type Session } from './browser.ts';
import { AppPage, ChartPart } from './pages.ts';
import { type Fixture, startFixture } from './server.ts';

let fixture: Fixture;
let browser: Browser;
let session: Session;
let app: AppPage;

const QUERY = 'sum by (code) (rate(fixture_requests_total[$__rate_interval])) > 5';

describe.skipIf(cannotRun !== null)(`explaining a query${because}`, () => {
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
    await session.close();
    expect(problems).toEqual([]);
  });

  const address = (query: string, more = '&view=explain'): string =>
    `/metrics?from=${fixture.endMs - 3_600_000}&to=${fixture.endMs}&q=${encodeURIComponent(query)}${more}`;
  const rows = (): Locator => session.page.getByTestId('explain-row');
  const part = (id: string): Locator => session.page.locator(`[data-id="${id}"]`);
  const marked = (): Locator => session.page.locator('.cm-marked');
  const markedText = async (): Promise<string> => (await marked().allInnerTexts()).join('');
  const focused = (): Promise<string | null> =>
    session.page.evaluate(() => document.activeElement?.getAttribute('data-id') ?? null);

  it('shows each part with its series, samples and time', async () => {
    await app.goto(address(QUERY));
    await rows().first().waitFor();
    await expect
      .poll(() => rows().locator('code').allInnerTexts())
      .toEqual(['… > …', 'sum by (code) (…)', 'rate(…)', 'fixture_requests_total[1m]', '5']);
    // Only the requests with code 200 are above 5 a second.
    await expect.poll(() => rows().nth(0).innerText()).toMatch(/\b241\b/);
    await expect.poll(() => rows().nth(1).innerText()).toMatch(/\b482\b/);
    await expect.poll(() => rows().nth(2).innerText()).toMatch(/\b2\b/);
    await expect
      .poll(() => session.page.getByTestId('explain').innerText())
      .toMatch(/2 series and [\d.]+\s?k? samples read/);
    await expect.poll(() => part('0').getAttribute('aria-expanded')).toBe('true');
    await expect.poll(() => part('0.0.0.0').getAttribute('aria-level')).toBe('4');
  });

  it('marks the part under the pointer where it was written, variables included', async () => {
    await app.goto(address(QUERY));
    await session.page.locator('.cm-content').waitFor();
    await part('0.0.0').hover();
    await expect.poll(markedText).toBe('rate(fixture_requests_total[$__rate_interval])');
    await session.page.getByRole('heading', { level: 1 }).hover();
    await expect.poll(() => marked().count()).toBe(0);
  });

  it('is walked, closed and opened by the keyboard, and what has the focus is told', async () => {
    await app.goto(address(QUERY));
    await part('0').focus();
    await session.page.keyboard.press('ArrowDown');
    await session.page.keyboard.press('ArrowDown');
    await expect.poll(() => focused()).toBe('0.0.0');
    await expect.poll(markedText).toBe('rate(fixture_requests_total[$__rate_interval])');
    await session.page.keyboard.press('ArrowRight');
    await expect.poll(() => focused()).toBe('0.0.0.0');
    const details = session.page.getByTestId('explain-details');
    await expect.poll(() => details.innerText()).toContain('__name__="fixture_requests_total"');
    await expect.poll(() => details.innerText()).toContain('fixture_requests_total{code="200"}');
    for (const _ of [1, 2]) await session.page.keyboard.press('ArrowLeft');
    await expect.poll(() => rows().count()).toBe(4);
    await expect.poll(() => part('0.0.0').getAttribute('aria-expanded')).toBe('false');
    await session.page.keyboard.press('Enter');
    await expect.poll(() => rows().count()).toBe(5);
  });

  it('graphs a part as a query of its own', async () => {
    await app.goto(address(QUERY));
    await part('0.0').click();
    await session.page.getByRole('button', { name: 'Graph this part' }).click();
    await new ChartPart(session.page, 'panel-result').item('500').waitFor();
    await expect
      .poll(() => new URL(session.page.url()).searchParams.getAll('q'))
      .toEqual([QUERY, 'sum by (code) (rate(fixture_requests_total[$__rate_interval]))']);
  });

  it('says where the result gets lost', async () => {
    await app.goto(address('sum(fixture_temperature_celsius > 1000)'));
    await part('0.0').getByText('nothing left').waitFor();
    await expect.poll(() => session.page.getByText('nothing left').count()).toBe(1);
  });

  it('opens from the editor with Alt E and shows several queries', async () => {
    await app.goto(address('fixture_many', '&q=fixture_requests_total'));
    await session.page.getByTestId('query-B').locator('.cm-content').click();
    await session.page.keyboard.press('Alt+e');
    await session.page.getByRole('treegrid', { name: 'Parts of query B' }).waitFor();
    await expect.poll(() => app.param('view')).toBe('explain');
    await expect.poll(() => rows().count()).toBe(2);
    await session.page.getByTestId('query-A').getByRole('button', { name: 'Query A', exact: true }).click();
    await expect.poll(() => rows().count()).toBe(1);
    await session.page.getByTestId('query-B').getByRole('button', { name: 'Query B', exact: true }).click();
    await session.page.locator('main [data-state="empty-filter"]').waitFor();
  });

  it('shows a mistake, and what the server says about a limit with a way on', async () => {
    await app.goto(address('sum(foo bar)'));
    await session.page.getByText('parse error').first().waitFor();
    const error = 'exceeded maximum resolution of 11000 points per timeseries: or raise query.max_points';
    await session.page.route('**/explain?**', (route) =>
      route.fulfill({
        status: 400,
        contentType: 'application/json',
        body: JSON.stringify({ status: 'error', errorType: 'bad_data', error }),
      }),
    );
    await app.goto(address('fixture_many', '&view=explain&step=5s'));
    const state = session.page.locator('main [data-state="error"]');
    await expect.poll(() => state.innerText()).toContain('exceeded maximum resolution of 11000 points per timeseries.');
    await expect.poll(() => state.innerText()).toContain('Raise query.max_points.');
    await state.getByRole('button', { name: 'Let the step fit' }).click();
    await expect.poll(() => app.param('step')).toBeNull();
  });
});
