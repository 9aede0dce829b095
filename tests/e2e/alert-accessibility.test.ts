import type { RuleGroups } from '@sightline/api-types';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AlertFixture, startAlertFixture } from './alert-server.ts';
import { violations } from './axe.ts';
import { because, cannotRun, launch, open, type Session } from './browser.ts';
import { AppPage } from './pages.ts';

const PATHS = [
  '/alerts',
  '/alerts?group=rule&state=firing%2Cpending%2Csilenced',
  '/alerts?filter=nothing',
  '/alerts/history?from=now-1h&to=now',
  '/runbooks/TargetDown',
  '/alerts/rules',
  '/alerts/rules?search=nothing',
  '/alerts/rules/new',
  '/alerts/silences',
  '/alerts/silences?state=expired',
  '/alerts/notify',
  '/alerts/notify?labels=team%3Dpay,severity%3Dcritical',
];

let fixture: AlertFixture;
let browser: Browser;

describe.skipIf(cannotRun !== null)(`accessibility of the alert pages${because}`, () => {
  beforeAll(async () => {
    [fixture, browser] = await Promise.all([startAlertFixture(), launch()]);
    const now = Date.now();
    const body = JSON.stringify({
      matchers: [{ name: 'instance', value: 'web-1', isRegex: false, isEqual: true }],
      startsAt: new Date(now).toISOString(),
      endsAt: new Date(now + 600_000).toISOString(),
      createdBy: 'anna',
      comment: 'new machines',
    });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${fixture.url}/api/v2/silences`, { method: 'POST', headers, body });
    expect(response.status).toBe(200);
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await fixture?.stop();
  });

  describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
    let session: Session;
    let app: AppPage;
    beforeAll(async () => {
      session = await open(browser, { colorScheme, reducedMotion: 'reduce' });
      app = new AppPage(session.page, fixture.url);
    });
    afterAll(async () => {
      await session?.close();
      expect(session.problems).toEqual([]);
    });

    it.each(PATHS)('%s has nothing that axe objects to', async (path) => {
      await app.goto(path);
      await expect.poll(() => session.page.locator('h1').count()).toBe(1);
      expect(await violations(app)).toEqual([]);
    });

    it('a rule with its backtest has nothing that axe objects to', async () => {
      await app.goto('/alerts/rules');
      await session.page.getByRole('link', { name: 'ServiceDown' }).click();
      await session.page.getByText('1 h', { exact: true }).click();
      await session.page.getByRole('button', { name: 'Backtest' }).click();
      await session.page.getByTestId('backtest-rule').waitFor();
      expect(await violations(app)).toEqual([]);
    });

    it('one alert, and the dialog to acknowledge it, have nothing that axe objects to', async () => {
      await app.goto('/alerts');
      await session.page.getByRole('link', { name: 'DiskFills' }).click();
      await session.page.getByTestId('why').getByRole('listitem').first().waitFor();
      await app.idle();
      expect(await violations(app)).toEqual([]);
      await session.page.keyboard.press('a');
      await session.page.getByTestId('acknowledge').waitFor();
      expect(await violations(app)).toEqual([]);
    });

    it('the silence drawer has nothing that axe objects to', async () => {
      await app.goto('/alerts/silences?new=1&m=alertname%3DServiceDown&m=instance%3D~%22web.*%22');
      await session.page
        .getByTestId('silence-preview')
        .getByText(/firing now/)
        .waitFor();
      await session.page.getByTestId('silence-drawer').getByText('custom').click();
      await session.page.keyboard.press('Control+Enter');
      expect(await violations(app)).toEqual([]);
    });

    it('the result of a test message has nothing that axe objects to', async () => {
      await app.goto('/alerts/notify');
      await session.page.getByRole('button', { name: 'Send test to oncall' }).click();
      await session.page.getByText('test failed').waitFor();
      expect(await violations(app)).toEqual([]);
    });
  });

  describe('at 320 pixels', () => {
    let session: Session;
    beforeAll(async () => {
      session = await open(browser, { viewport: { width: 320, height: 720 } });
    });
    afterAll(() => session?.close());

    const isWide = (): Promise<boolean> =>
      session.page.evaluate(() => {
        const main = document.querySelector('main');
        return (main?.scrollWidth ?? 0) > (main?.clientWidth ?? 0);
      });

    it.each(PATHS)('%s does not scroll sideways', async (path) => {
      await new AppPage(session.page, fixture.url).goto(path);
      expect(await isWide()).toBe(false);
    });

    it('one alert does not scroll sideways', async () => {
      const app = new AppPage(session.page, fixture.url);
      await app.goto('/alerts');
      await session.page.getByRole('link', { name: 'DiskFills' }).click();
      await session.page.getByTestId('why').waitFor();
      await app.idle();
      expect(await isWide()).toBe(false);
    });

    it('a rule does not scroll sideways', async () => {
      const response = await fetch(`${fixture.url}/api/sightline/v1/rules`);
      const { groups } = (await response.json()) as RuleGroups;
      expect(groups.flatMap(({ rules }) => rules).length).toBe(5);
      const app = new AppPage(session.page, fixture.url);
      await app.goto('/alerts/rules');
      await session.page.getByRole('link', { name: 'ServiceDown' }).click();
      await session.page.getByTestId('rule-view').waitFor();
      await app.idle();
      expect(await isWide()).toBe(false);
    });
  });
});
