import type { Browser, Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { because, cannotRun, launch, open, type Session } from './browser.ts';
import { AppPage, ChartPart } from './pages.ts';
import { type Fixture, startFixture } from './server.ts';

let fixture: Fixture;
let browser: Browser;
let session: Session;
let app: AppPage;

describe.skipIf(cannotRun !== null)(`the query builder${because}`, () => {
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

  const range = (): string => `from=${fixture.endMs - 3_600_000}&to=${fixture.endMs}`;
  const builder = (): Locator => session.page.getByTestId('builder');
  const becomes = (text: string) => expect.poll(() => app.param('q')).toBe(text);

  it('makes a query without any typing of PromQL', async () => {
    await app.goto(`/metrics?${range()}`);
    await session.page.getByTestId('query-A').getByRole('button', { name: 'Builder' }).click();
    await builder().getByLabel('metric', { exact: true }).fill('requests');
    const listed = builder().locator('datalist option[value="fixture_requests_total"]');
    await listed.waitFor({ state: 'attached' });
    await builder().getByLabel('metric', { exact: true }).press('Enter');
    await becomes('sum(rate(fixture_requests_total[$__rate_interval]))');
    await builder().getByRole('button', { name: /^code/ }).click();
    await becomes('sum by (code) (rate(fixture_requests_total[$__rate_interval]))');
    await new ChartPart(session.page, 'panel-result').item('500').waitFor();
    await builder().getByRole('button', { name: 'filter', exact: true }).click();
    await builder().getByLabel('Label', { exact: true }).selectOption('code');
    await builder().getByLabel('Value of code').fill('200');
    await builder().getByLabel('Value of code').press('Enter');
    await becomes('sum by (code) (rate(fixture_requests_total{code="200"}[$__rate_interval]))');
    await builder().getByLabel('Function over time').selectOption('increase');
    await builder().getByLabel('over how long').selectOption('5m');
    await becomes('sum by (code) (increase(fixture_requests_total{code="200"}[5m]))');
    await expect
      .poll(() => session.page.locator('.cm-content').innerText())
      .toBe('sum by (code) (increase(fixture_requests_total{code="200"}[5m]))');
  });

  it('follows the text, and says so when the text says more', async () => {
    await app.goto(
      `/metrics?${range()}&build=A&q=${encodeURIComponent('max by (room) (fixture_temperature_celsius)')}`,
    );
    await builder().waitFor();
    await expect.poll(() => builder().getByLabel('Aggregation').inputValue()).toBe('max');
    await expect
      .poll(() => builder().getByLabel('metric', { exact: true }).inputValue())
      .toBe('fixture_temperature_celsius');
    await expect.poll(() => builder().getByRole('button', { name: /^room/ }).getAttribute('aria-pressed')).toBe('true');
    await expect.poll(() => builder().getByRole('button', { name: /^room/ }).innerText()).toMatch(/room\s*3/);
    await session.page.locator('.cm-content').click();
    await session.page.keyboard.press('Control+a');
    await session.page.keyboard.insertText('fixture_temperature_celsius * 2');
    await session.page.keyboard.press('Control+Enter');
    await builder().getByText('says more than the builder can show').waitFor();
  });
});
