import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { because, cannotRun, launch, open, type Session } from './browser.ts';
import { AppPage, ChartPart } from './pages.ts';
import { type Fixture, startFixture } from './server.ts';

let fixture: Fixture;
let browser: Browser;
let session: Session;
let page: Page;
let app: AppPage;

const answer = (route: Route, status: number, body: unknown): Promise<void> =>
  route.fulfill({ status, contentType: 'application/json', body: JSON.stringify(body) });
const RANGE = '**/api/v1/query_range*';

describe.skipIf(cannotRun !== null)(`states${because}`, () => {
  beforeAll(async () => {
    [fixture, browser] = await Promise.all([startFixture(), launch()]);
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await fixture?.server.stop();
  });
  beforeEach(async () => {
    session = await open(browser, { hasNetworkErrors: true });
    page = session.page;
    app = new AppPage(page, fixture.url);
  });
  afterEach(async () => {
    const { problems } = session;
    await session.close();
    expect(problems).toEqual([]);
  });

  const metrics = (query = 'fixture_temperature_celsius'): string =>
    `/metrics?from=${fixture.endMs - 3_600_000}&to=${fixture.endMs}&q=${query}`;
  const state = (name: string) => page.locator(`main [data-state="${name}"]`).first();

  it('error: an internal error says what and offers to try again', async () => {
    let isBroken = true;
    await page.route(RANGE, (route) =>
      isBroken
        ? answer(route, 500, { status: 'error', errorType: 'internal', error: 'the disk is on fire' })
        : route.continue(),
    );
    await page.goto(fixture.url + metrics());
    await state('error').waitFor();
    await expect.poll(() => state('error').innerText()).toContain('the disk is on fire');
    isBroken = false;
    await state('error').getByRole('button', { name: 'Retry' }).click();
    await new ChartPart(page, 'panel-result').item('attic').waitFor();
  });

  it('error: a query that is too heavy says how to make it lighter', async () => {
    await page.route(RANGE, (route) =>
      answer(route, 503, { status: 'error', errorType: 'timeout', error: 'query timed out' }),
    );
    await page.goto(fixture.url + metrics());
    await state('error').waitFor();
    await expect.poll(() => state('error').innerText()).toContain('Narrow the range');
  });

  it('error: a result that is too large offers the largest twenty', async () => {
    const error = 'query would read more than 5 series: select fewer series, or raise query.max_series (5)';
    await page.route(RANGE, (route) =>
      route.request().url().includes('topk')
        ? route.continue()
        : answer(route, 422, { status: 'error', errorType: 'execution', error }),
    );
    await page.goto(fixture.url + metrics());
    await state('error').waitFor();
    await expect.poll(() => state('error').innerText()).toContain('query would read more than 5 series.');
    await expect
      .poll(() => state('error').innerText())
      .toContain('Select fewer series, or raise query.max_series (5).');
    await page.getByRole('button', { name: 'Use topk(20, …)' }).click();
    await new ChartPart(page, 'panel-result').item('attic').waitFor();
    await expect.poll(() => app.param('q')).toBe('topk(20, fixture_temperature_celsius)');
  });

  it.each([
    ['20 queries run and 200 wait already: try again later, or raise query.max_queued', 503, 'See what is running'],
    ['all queries together would hold more than 2 GiB: try again when fewer queries run', 503, 'See what is running'],
    ['the query would hold more than 800 MiB of samples: ask for fewer series', 422, 'Halve the range'],
    ['exceeded maximum resolution of 11000 points per timeseries: or raise query.max_points', 400, 'Let the step fit'],
  ])('error: a limit, %s', async (error, status, button) => {
    const errorType = status === 503 ? 'unavailable' : status === 422 ? 'execution' : 'bad_data';
    await page.route(RANGE, (route) => answer(route, status, { status: 'error', errorType, error }));
    await page.goto(fixture.url + metrics());
    await state('error').getByRole('button', { name: button }).waitFor();
    const [message = ''] = error.split(':');
    await expect.poll(() => state('error').innerText()).toContain(`${message}.`);
    await expect.poll(() => page.getByTestId('query-error').count()).toBe(0);
  });

  it('empty-never: a metric that never arrived is named', async () => {
    await app.goto(metrics('no_such_metric'));
    await state('empty-never').waitFor();
    await expect.poll(() => state('empty-never').innerText()).toContain('no_such_metric');
  });

  it('empty-never: a collector that is off is told from one that has only just started', async () => {
    let startedMs = Date.now();
    await page.route('**/system/about', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), startedMs } });
    });
    const panel = page.getByTestId('panel-filesystems');
    await app.goto('/');
    await panel.getByText('Waiting for the first samples.').waitFor();
    startedMs -= 3_600_000;
    await app.goto('/');
    await panel.getByText('The host collector is off.').waitFor();
    await expect.poll(() => panel.innerText()).toContain('host_metrics');
  });

  it('empty-filter: data is there, but none of it matches', async () => {
    await app.goto(metrics(encodeURIComponent('fixture_temperature_celsius{room="garden"}')));
    await state('empty-filter').waitFor();
    await app.goto('/metrics/catalog?search=zzzzzz');
    await state('empty-filter').waitFor();
    await page.getByRole('button', { name: 'Clear the search' }).click();
    await page.getByRole('link', { name: 'fixture_requests_total' }).waitFor();
  });

  it('partial: what answered stays, what failed is named', async () => {
    await page.route(RANGE, (route) =>
      route.request().url().includes('vector')
        ? answer(route, 500, { status: 'error', errorType: 'internal', error: 'broken' })
        : route.continue(),
    );
    await page.goto(`${fixture.url}${metrics()}&q=vector(1)`);
    await state('partial').waitFor();
    await expect.poll(() => state('partial').innerText()).toContain('1 of 2 queries answered');
    await expect.poll(() => new ChartPart(page, 'panel-result').item('attic').count()).toBe(1);
  });

  it('a failed refresh keeps the old chart and says that it is old', async () => {
    await session.close();
    session = await open(browser, { hasNetworkErrors: true, isFresh: true });
    page = session.page;
    app = new AppPage(page, fixture.url);
    await app.goto('/metrics?from=now-1h&to=now&q=fixture_temperature_celsius');
    await page.route(RANGE, (route) => answer(route, 500, { status: 'error', errorType: 'internal', error: 'broken' }));
    // A later step of time makes a new request.
    await page.clock.install({ time: Date.now() + 60_000 });
    await page.getByRole('button', { name: 'Refresh now' }).click();
    await state('stale').waitFor();
    await expect.poll(() => new ChartPart(page, 'panel-result').item('attic').count()).toBe(1);
  });

  it('limited: warnings of the server are shown', async () => {
    await page.route(RANGE, async (route) => {
      const response = await route.fetch();
      await answer(route, 200, { ...(await response.json()), warnings: ['only half of it was read'] });
    });
    await app.goto(metrics());
    await expect.poll(() => state('limited').innerText()).toContain('only half of it was read');
  });

  it('offline: the footer turns, the page stays, and it comes back by itself', async () => {
    await app.goto('/metrics?from=now-1h&to=now&q=fixture_temperature_celsius');
    await session.context.setOffline(true);
    await page.getByRole('button', { name: 'Refresh now' }).click();
    await expect.poll(() => page.getByTestId('connection').getAttribute('data-connection')).toBe('offline');
    await expect.poll(() => new ChartPart(page, 'panel-result').item('attic').count()).toBe(1);
    await session.context.setOffline(false);
    await expect
      .poll(() => page.getByTestId('connection').getAttribute('data-connection'), { timeout: 20_000 })
      .toBe('connected');
  });

  it('loading: a slow answer shows the shape of what comes', async () => {
    let letThrough: () => void = () => undefined;
    const seen = new Promise<void>((resolve) => {
      letThrough = resolve;
    });
    await page.route(RANGE, async (route) => {
      await seen;
      await route.continue();
    });
    await page.goto(fixture.url + metrics());
    await state('loading').waitFor();
    letThrough();
    await new ChartPart(page, 'panel-result').item('attic').waitFor();
  });

  it('a slow query can be cancelled on the chart, and the old curves stay, greyed', async () => {
    await app.goto(metrics());
    let isSlow = true;
    await page.route(RANGE, (route) => (isSlow ? undefined : route.continue()));
    const aborted = page.waitForEvent('requestfailed', (request) => request.url().includes('query_range'));
    await page.keyboard.press('t');
    await page.keyboard.press('z');
    const slow = page.getByTestId('slow-query');
    await slow.waitFor();
    await expect.poll(() => slow.innerText()).toMatch(/Running for ([2-9]|\d\d)\u202fs/);
    await slow.getByRole('button', { name: 'Cancel' }).click();
    await aborted;
    await page.getByText('Cancelled. What you see is older.').waitFor();
    await expect.poll(() => slow.count()).toBe(0);
    await expect.poll(() => new ChartPart(page, 'panel-result').item('attic').count()).toBe(1);
    await expect.poll(() => page.locator('.is-stale').count()).toBe(1);
    isSlow = false;
    await page.getByRole('button', { name: 'Run again' }).click();
    await expect.poll(() => page.locator('.is-stale').count()).toBe(0);
  });

  it('a first query that is cancelled says so and can be run again', async () => {
    let isSlow = true;
    await page.route(RANGE, (route) => (isSlow ? undefined : route.continue()));
    await page.goto(fixture.url + metrics());
    await page.getByTestId('slow-query').getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('The query was cancelled.').waitFor();
    isSlow = false;
    await page.getByRole('button', { name: 'Run again' }).click();
    await new ChartPart(page, 'panel-result').item('attic').waitFor();
  });

  it.each([
    '/',
    '/system/targets',
    '/system/ingest',
    '/system/storage',
    '/system/queries',
    '/system/about',
    '/metrics/catalog',
    '/metrics',
  ])('%s says so when every request fails', async (path) => {
    await page.route('**/api/**', (route) =>
      answer(route, 500, { status: 'error', errorType: 'internal', error: 'everything is broken' }),
    );
    await page.goto(fixture.url + path);
    await state('error').waitFor();
    await expect.poll(() => state('error').innerText()).toContain('everything is broken');
  });

  it('nothing stored: the first page waits, the catalog and the storage page say so', async () => {
    await page.route('**/api/v1/**', (route) =>
      route.request().url().includes('metadata')
        ? answer(route, 200, { status: 'success', data: {} })
        : answer(route, 200, { status: 'success', data: [] }),
    );
    await app.goto('/metrics/catalog');
    await state('empty-never').waitFor();
    await app.goto('/metrics');
    await state('empty-never').waitFor();
  });
});
