import type { Browser, Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AlertFixture, startAlertFixture } from './alert-server.ts';
import { because, cannotRun, launch, open, type Session } from './browser.ts';
import { AppPage } from './pages.ts';

let fixture: AlertFixture;
let browser: Browser;
let session: Session;
let app: AppPage;

describe.skipIf(cannotRun !== null)(`receivers and routes${because}`, () => {
  beforeAll(async () => {
    [fixture, browser] = await Promise.all([startAlertFixture(), launch()]);
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await fixture?.stop();
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

  const receiver = (name: string): Locator =>
    session.page.getByTestId('receiver').filter({ has: session.page.getByRole('heading', { name, exact: true }) });
  const taken = (): Promise<string[]> =>
    session.page.locator('[data-testid="route"][data-hit="taken"] b').allInnerTexts();

  it('a test message arrives, and says that it is one', async () => {
    await app.goto('/alerts/notify');
    const deliveries = () => fixture.deliveries.filter(({ path }) => path === '/spare');
    const before = deliveries().length;
    const spare = receiver('spare');
    await spare.getByText('no route leads here').waitFor();
    await spare.getByRole('button', { name: 'Send test to spare' }).click();
    await spare.getByText('test delivered').waitFor();
    const sent = deliveries().slice(before);
    expect(sent).toHaveLength(1);
    expect(sent[0]?.body.toLowerCase()).toContain('test');
    await expect.poll(() => spare.getByTestId('test-result').innerText()).toMatch(/webhook/);
  });

  it('a failed test shows what the receiver answered, for each integration', async () => {
    await app.goto('/alerts/notify');
    const oncall = receiver('oncall');
    await oncall.getByRole('button', { name: 'Send test to oncall' }).click();
    const result = oncall.getByTestId('test-result');
    await result.getByText('test failed').waitFor();
    await result.getByText('test delivered').waitFor();
    await expect.poll(() => result.innerText()).toMatch(/400/);
    // The list puts it first, with the error of its last message.
    await expect
      .poll(() => session.page.getByTestId('receiver').first().getAttribute('data-condition'))
      .toBe('failing');
  });

  it('labels show the way that an alert takes', async () => {
    const { page } = session;
    await app.goto('/alerts/notify');
    const field = page.getByLabel('Which route would this take?');
    await field.fill('team=pay, severity=critical');
    await expect.poll(taken).toEqual(['oncall']);
    await expect
      .poll(() => page.locator('[data-testid="route"][data-hit="passed"] b').allInnerTexts())
      .toEqual(['everybody', 'pay']);
    await expect.poll(() => app.param('labels')).toBe('team=pay, severity=critical');
    await field.fill('team=pay');
    await expect.poll(taken).toEqual(['pay']);
    await field.fill('team=~"pay"');
    await page.getByText('Write labels as').waitFor();
    await expect.poll(() => taken()).toEqual([]);
    await field.fill('');
    await page.getByText('Type the labels of an alert.').waitFor();
  });

  it('escalations are read as steps', async () => {
    await app.goto('/alerts/notify');
    const steps = session.page.getByTestId('escalations').getByRole('listitem');
    await expect.poll(async () => (await steps.allInnerTexts()).join(' ')).toMatch(/now.*after 15.m.*everybody/s);
  });
});
