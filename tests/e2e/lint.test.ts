import type { Browser, Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { because, cannotRun, launch, open, type Session } from './browser.ts';
import { AppPage, ChartPart } from './pages.ts';
import { type Fixture, startFixture } from './server.ts';

let fixture: Fixture;
let browser: Browser;
let session: Session;
let app: AppPage;

describe.skipIf(cannotRun !== null)(`advice while a query is written${because}`, () => {
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
  });
  afterEach(async () => {
    const { problems } = session;
    await session.close();
    expect(problems).toEqual([]);
  });

  const address = (query: string): string =>
    `/metrics?from=${fixture.endMs - 3_600_000}&to=${fixture.endMs}&q=${encodeURIComponent(query)}`;
  const lint = (): Locator => session.page.getByTestId('lint');
  const chart = (): ChartPart => new ChartPart(session.page, 'panel-result');

  it('underlines a name that does not exist and offers the one that was meant', async () => {
    await app.goto(address('fixture_temprature_celsius'));
    const finding = lint().locator('[data-code="unknown-metric"]');
    await finding.waitFor();
    await session.page.locator('.cm-lintRange').first().waitFor();
    await expect
      .poll(() => session.page.locator('.cm-lintRange').first().innerText())
      .toBe('fixture_temprature_celsius');
    await finding.getByRole('button').click();
    await chart().item('attic').waitFor();
    await expect.poll(() => app.param('q')).toBe('fixture_temperature_celsius');
    await expect.poll(() => lint().count()).toBe(0);
  });

  it('applies a fix with Alt Enter from the editor, before the query ever ran', async () => {
    await app.goto(address('vector(1)'));
    await session.page.locator('.cm-content').click();
    await session.page.keyboard.press('Control+a');
    await session.page.keyboard.insertText('fixture_temperature_celsius{room=~"attic"}');
    await lint().locator('[data-code="plain-regex"]').waitFor();
    await session.page.keyboard.press('Alt+Enter');
    await expect.poll(() => app.param('q')).toBe('fixture_temperature_celsius{room="attic"}');
    await expect.poll(() => lint().count()).toBe(0);
  });

  it('keeps variables of the query when it fixes another part', async () => {
    await app.goto(address('sum(rate(fixture_requests_total{code=~"500"}[$__rate_interval]))'));
    await lint().locator('[data-code="plain-regex"]').getByRole('button').click();
    await expect.poll(() => app.param('q')).toBe('sum(rate(fixture_requests_total{code="500"}[$__rate_interval]))');
  });

  it('advises on a counter that is drawn as it is, and says nothing about a good query', async () => {
    await app.goto(address('fixture_requests_total'));
    await lint().locator('[data-code="counter-without-rate"]').waitFor();
    await app.goto(address('sum by (code) (rate(fixture_requests_total[5m]))'));
    await chart().item('200').waitFor();
    await session.page.waitForFunction(() => document.querySelector('.cm-content') !== null);
    await expect.poll(() => lint().count()).toBe(0);
  });

  it('tells what the function under the pointer does', async () => {
    await app.goto(address('sum by (code) (rate(fixture_requests_total[5m]))'));
    const { page } = session;
    await page.locator('.cm-content').getByText('rate', { exact: true }).hover();
    await page.locator('.cm-doc').waitFor();
    await expect.poll(() => page.locator('.cm-doc').innerText()).toContain('rate(range vector) → instant vector');
  });
});
