import type { Browser, Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AlertFixture, startAlertFixture } from './alert-server.ts';
import { because, cannotRun, launch, open, type Session } from './browser.ts';
import { AppPage } from './pages.ts';

let fixture: AlertFixture;
let browser: Browser;
let session: Session;
let app: AppPage;

interface StoredSilence {
  readonly id: string;
  readonly status: { readonly state: string };
  readonly matchers: readonly { readonly name: string; readonly value: string; readonly isRegex: boolean }[];
  readonly endsAt: string;
  readonly createdBy: string;
  readonly comment: string;
}

const MINUTE_MS = 60_000;

async function stored(): Promise<readonly StoredSilence[]> {
  const response = await fetch(`${fixture.url}/api/v2/silences`);
  return ((await response.json()) as StoredSilence[]).filter(({ status }) => status.state !== 'expired');
}

async function silence(alertname: string, minutes: number, startsIn = 0): Promise<void> {
  const now = Date.now();
  const body = {
    matchers: [{ name: 'alertname', value: alertname, isRegex: false, isEqual: true }],
    startsAt: new Date(now + startsIn * MINUTE_MS).toISOString(),
    endsAt: new Date(now + (startsIn + minutes) * MINUTE_MS).toISOString(),
    createdBy: 'bob',
    comment: 'planned work',
  };
  const response = await fetch(`${fixture.url}/api/v2/silences`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`silences answered ${response.status}: ${await response.text()}`);
}

async function expireAll(): Promise<void> {
  for (const { id } of await stored()) await fetch(`${fixture.url}/api/v2/silence/${id}`, { method: 'DELETE' });
}

describe.skipIf(cannotRun !== null)(`silences${because}`, () => {
  beforeAll(async () => {
    [fixture, browser] = await Promise.all([startAlertFixture(), launch()]);
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await fixture?.stop();
  });
  beforeEach(async () => {
    await expireAll();
    session = await open(browser, { hasNetworkErrors: true });
    app = new AppPage(session.page, fixture.url);
  });
  afterEach(async () => {
    const { problems } = session;
    await session.close();
    expect(problems).toEqual([]);
  });

  const drawer = (): Locator => session.page.getByTestId('silence-drawer');
  const preview = (): Locator => session.page.getByTestId('silence-preview');
  const rows = (): Locator => session.page.getByTestId('silence');

  it('are made by the keyboard alone, with what they match shown before', async () => {
    const { page } = session;
    await app.goto('/alerts/silences');
    await page.getByText('No silence is active.').waitFor();
    await page.keyboard.press('n');
    await drawer().waitFor();
    await page.keyboard.type('alertname=ServiceDown');
    await page.keyboard.press('Enter');
    await preview().getByText('Silences 2 firing now, 2 in the last 24 h.').waitFor();
    await preview().getByText('It also mutes severity=critical').waitFor();
    // Without a reason it is not made.
    await page.keyboard.press('Control+Enter');
    await drawer().getByText('Say why: whoever wonders at night reads this.').waitFor();
    expect(await stored()).toEqual([]);
    await page.getByTestId('silence-comment').focus();
    await page.keyboard.type('new machines');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Anna');
    await page.keyboard.press('Control+Enter');
    await drawer().waitFor({ state: 'detached' });
    await rows().getByText('holds 2 alerts').waitFor();
    const [made, ...others] = await stored();
    expect(others).toEqual([]);
    expect([made?.comment, made?.createdBy, made?.matchers.length]).toEqual(['new machines', 'Anna', 1]);
    expect(Date.parse(made?.endsAt ?? '') - Date.now()).toBeGreaterThan(115 * MINUTE_MS);
    // Who it was is remembered.
    await page.keyboard.press('n');
    await expect.poll(() => drawer().getByLabel('Who').inputValue()).toBe('Anna');
    await page.keyboard.press('Escape');
    await drawer().waitFor({ state: 'detached' });
  });

  it('change what they match while their matchers are edited', async () => {
    const { page } = session;
    const matchers = ['alertname="ServiceDown"', 'instance="web-1"'];
    await app.goto(`/alerts/silences?new=1&${matchers.map((one) => `m=${encodeURIComponent(one)}`).join('&')}`);
    await preview()
      .getByText(/^Silences 1 firing now/)
      .waitFor();
    await page.getByLabel('Operator of matcher 2').selectOption('=~');
    await page.getByLabel('Value of matcher 2').fill('web-.*');
    await preview()
      .getByText(/^Silences 2 firing now/)
      .waitFor();
    await page.getByLabel('Operator of matcher 2').selectOption('!~');
    await preview()
      .getByText(/^Matches no alert that fires now/)
      .waitFor();
    await page.getByLabel('Remove matcher 2').click();
    await preview()
      .getByText(/^Silences 2 firing now/)
      .waitFor();
    await page.getByLabel('Value of matcher 1').fill('');
    await page.getByLabel('Operator of matcher 1').selectOption('=~');
    await page.getByLabel('Value of matcher 1').fill('(');
    await preview().locator('[data-state="error"]').waitFor();
  });

  it('last as long as people say', async () => {
    const { page } = session;
    await app.goto('/alerts/silences?new=1&m=team%3Dinfra');
    await drawer().getByText('custom').click();
    await drawer().getByLabel('for, or until').fill('when it is done');
    await drawer()
      .getByText(/^The end is no time/)
      .waitFor();
    await drawer().getByLabel('for, or until').fill('1d 12h');
    await drawer()
      .getByText(/in 1.d 12.h\.$/)
      .waitFor();
    await drawer().getByLabel('starts').fill('now+1h');
    await page.getByTestId('silence-comment').fill('disks are swapped');
    await drawer().getByLabel('Who').fill('Bob');
    await page.keyboard.press('Control+Enter');
    await drawer().waitFor({ state: 'detached' });
    await page.getByText('pending 1').click();
    await rows().getByText('disks are swapped').waitFor();
    await expect.poll(() => app.param('state')).toBe('pending');
    await expect.poll(() => rows().innerText()).toMatch(/1.d 12.h long/);
  });

  it('warn before they end while alerts fire, and are extended with a way back', async () => {
    const { page } = session;
    await silence('ServiceDown', 10);
    await app.goto('/alerts/silences');
    const notice = page.getByTestId('ending-soon');
    await expect.poll(() => notice.innerText()).toMatch(/ends in .* while 2 alerts still fire/);
    await page.keyboard.press('j');
    await page.keyboard.press('+');
    await page.getByText(/lasts 2.h longer/).waitFor();
    await notice.waitFor({ state: 'detached' });
    expect(Date.parse((await stored())[0]?.endsAt ?? '') - Date.now()).toBeGreaterThan(125 * MINUTE_MS);
    await page.getByRole('button', { name: 'Undo' }).click();
    await notice.waitFor();
    expect(await stored()).toHaveLength(1);
  });

  it('are ended by a key, and brought back', async () => {
    const { page } = session;
    await silence('ServiceDown', 300);
    await silence('DiskFills', 400);
    await app.goto('/alerts/silences');
    await expect.poll(() => rows().count()).toBe(2);
    await page.getByRole('searchbox').fill('bob DiskFills');
    await expect.poll(() => rows().count()).toBe(1);
    await page.locator('main').focus();
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.getByText('The silence has ended.').waitFor();
    expect(await stored()).toHaveLength(1);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Silenced again.').waitFor();
    await expect.poll(() => rows().count()).toBe(1);
    expect(await stored()).toHaveLength(2);
    await page.getByRole('searchbox').fill('nobody');
    await page.locator('[data-state="empty-filter"]').waitFor();
    await page.getByRole('button', { name: 'Clear the filter' }).click();
    await expect.poll(() => rows().count()).toBe(2);
  });

  it('that have ended are made again for a fresh time', async () => {
    const { page } = session;
    await silence('DiskFills', 30);
    await expireAll();
    await app.goto('/alerts/silences?state=expired&search=DiskFills');
    await rows().first().getByRole('button', { name: 'Again' }).click();
    await drawer()
      .getByText(/in 2.h\.$/)
      .waitFor();
    await expect.poll(() => page.getByTestId('silence-comment').inputValue()).toBe('planned work');
    await page.keyboard.press('Control+Enter');
    await drawer().waitFor({ state: 'detached' });
    const [made, ...others] = await stored();
    expect([made?.matchers[0]?.value, made?.createdBy, others]).toEqual(['DiskFills', 'bob', []]);
  });

  it('begin from a link of Alertmanager', async () => {
    const filter = encodeURIComponent('{alertname="ServiceDown", instance=~"web-2"}');
    await app.goto(`/#/silences/new?filter=${filter}`);
    await preview()
      .getByText(/^Silences 1 firing now/)
      .waitFor();
    await expect.poll(() => new URL(session.page.url()).pathname).toBe('/alerts/silences');
    await expect.poll(() => session.page.getByTestId('matcher').count()).toBe(2);
  });

  it('are changed in the drawer and stay the same silence', async () => {
    const { page } = session;
    await silence('ServiceDown', 300);
    const [before] = await stored();
    await app.goto('/alerts/silences');
    await page.getByRole('button', { name: 'Edit' }).click();
    await drawer().waitFor();
    await expect.poll(() => app.param('edit')).toBe(before?.id);
    await expect.poll(() => drawer().getByLabel('starts').count()).toBe(0);
    await page.getByTestId('silence-comment').fill('takes longer');
    await page.keyboard.press('Control+Enter');
    await drawer().waitFor({ state: 'detached' });
    await rows().getByText('takes longer').waitFor();
    const [after, ...others] = await stored();
    expect([after?.id, after?.comment, others]).toEqual([before?.id, 'takes longer', []]);
  });
});
