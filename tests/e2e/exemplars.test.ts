import { Labels } from '@sightline/model';
import { encodeWriteRequestV1 } from '@sightline/protocol';
import type { Browser, Locator } from 'playwright-core';
import { compressSync } from 'snappy';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/programs.ts';
import { api } from '../support/sightline.ts';
import { because, cannotRun, launch, open, type Session } from './browser.ts';
import { AppPage } from './pages.ts';
import { type Fixture, startFixture } from './server.ts';

let fixture: Fixture;
let browser: Browser;
let session: Session;
let app: AppPage;

const STEP_MS = 15_000;
const AGES_MS = [1_200_000, 600_000, 599_000];

/** Half an hour of a histogram with three exemplars, two of them a second apart. */
async function sendHistogram({ url, endMs }: Fixture): Promise<void> {
  const timestampsMs = Array.from({ length: 120 }, (_, index) => endMs - (119 - index) * STEP_MS);
  const series = ['0.5', '1', '+Inf'].map((le, bucket) => ({
    labels: Labels.fromObject({ __name__: 'shop_seconds_bucket', job: 'shop', le }),
    timestampsMs,
    values: timestampsMs.map((_, index) => index * (bucket + 1)),
    exemplars:
      le === '1'
        ? AGES_MS.map((age, index) => ({
            labels: Labels.fromObject({ trace_id: `trace${index}` }),
            value: 0.6 + index / 10,
            timestamp: endMs - age,
          }))
        : [],
  }));
  const response = await fetch(`${url}/api/v1/write`, {
    method: 'POST',
    headers: { 'content-encoding': 'snappy', 'content-type': 'application/x-protobuf' },
    body: Uint8Array.from(compressSync(encodeWriteRequestV1(series))),
  });
  expect(await response.text()).toBe('');
  const params = { query: 'shop_seconds_bucket', start: String((endMs - 3_600_000) / 1000), end: String(endMs / 1000) };
  await eventually('the exemplars can be queried', async () => {
    const found = await api<readonly { readonly exemplars: readonly unknown[] }[]>(
      url,
      '/api/v1/query_exemplars',
      params,
    );
    return found.reduce((sum, { exemplars }) => sum + exemplars.length, 0) === AGES_MS.length;
  });
}

describe.skipIf(cannotRun !== null)(`exemplars on a chart${because}`, () => {
  beforeAll(async () => {
    [fixture, browser] = await Promise.all([startFixture(), launch()]);
    await sendHistogram(fixture);
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
  const dots = (): Locator => session.page.getByTestId('exemplar');
  const QUANTILE = 'histogram_quantile(0.9, sum by (le) (rate(shop_seconds_bucket[5m])))';

  it('are drawn for a histogram, one where two would cover each other, and tell which request it was', async () => {
    await app.goto(address(QUANTILE));
    await expect.poll(() => dots().count()).toBe(2);
    await dots().last().click();
    const card = session.page.getByRole('dialog', { name: 'Exemplar' });
    await expect.poll(() => card.innerText()).toContain('trace2');
    await expect.poll(() => card.innerText()).toMatch(/800\sms/);
    await session.page.keyboard.press('Escape');
    await card.waitFor({ state: 'detached' });
    await expect
      .poll(() => session.page.evaluate(() => document.activeElement?.getAttribute('data-testid')))
      .toBe('exemplar');
  });

  it('can be switched off and on, with d x too', async () => {
    await app.goto(address(QUANTILE));
    await expect.poll(() => dots().count()).toBe(2);
    await session.page.locator('main').focus();
    await session.page.keyboard.press('d');
    await session.page.keyboard.press('x');
    await expect.poll(() => dots().count()).toBe(0);
    await expect.poll(() => app.param('exemplars')).toBe('0');
    await session.page.getByRole('checkbox', { name: 'exemplars' }).check();
    await expect.poll(() => dots().count()).toBe(2);
  });

  it('are not asked for where a query is about something else', async () => {
    let isAsked = false;
    session.page.on('request', (request) => {
      isAsked ||= request.url().includes('query_exemplars');
    });
    await app.goto(address('fixture_temperature_celsius'));
    await session.page.getByTestId('legend-item').first().waitFor();
    expect(isAsked).toBe(false);
  });
});
