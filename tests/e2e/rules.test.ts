import type { Browser, Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AlertFixture, startAlertFixture } from './alert-server.ts';
import { because, cannotRun, launch, open, type Session } from './browser.ts';
import { AppPage } from './pages.ts';

let fixture: AlertFixture;
let browser: Browser;
let session: Session;
let app: AppPage;

describe.skipIf(cannotRun !== null)(`rules${because}`, () => {
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

  const rules = (): Locator => session.page.getByTestId('rule');
  const names = async (): Promise<string[]> => rules().getByRole('link').allInnerTexts();
  const backtest = (): Locator => session.page.getByTestId('backtest');

  async function openRule(name: string): Promise<void> {
    await app.goto('/alerts/rules');
    await session.page.getByRole('link', { name, exact: true }).click();
    await session.page.getByTestId('rule-view').waitFor();
  }

  it('are listed with trouble first and the reason of a failure', async () => {
    await app.goto('/alerts/rules');
    await expect.poll(names).toEqual(['Contradiction', 'ServiceDown', 'DiskFills', 'fixture:answer', 'Quiet']);
    await expect
      .poll(() => rules().first().locator('.target-error').innerText())
      .toMatch(/many-to-many|duplicate series/);
    await expect.poll(() => rules().nth(1).innerText()).toContain('2 firing');
    await expect.poll(() => rules().nth(2).innerText()).toContain('1 pending');
  });

  it('are filtered in the address bar', async () => {
    const { page } = session;
    await app.goto('/alerts/rules?show=problems');
    await expect.poll(names).toEqual(['Contradiction', 'ServiceDown', 'DiskFills']);
    await page.getByRole('searchbox', { name: 'Filter rules' }).fill('team="infra"');
    await expect.poll(names).toEqual(['DiskFills']);
    await expect.poll(() => app.param('search')).toBe('team="infra"');
    await page.getByRole('searchbox', { name: 'Filter rules' }).fill('nothing like this');
    await page.locator('[data-state="empty-filter"]').waitFor();
    await page.getByRole('button', { name: 'Show all rules' }).click();
    await expect.poll(names).toHaveLength(5);
    await expect.poll(() => [app.param('search'), app.param('show')]).toEqual([null, null]);
  });

  it('open by the keyboard, with evaluations, instances and the way to the receiver', async () => {
    const { page } = session;
    await app.goto('/alerts/rules?search=ServiceDown');
    await expect.poll(names).toEqual(['ServiceDown']);
    await page.locator('main').focus();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByTestId('rule-view').waitFor();
    await expect.poll(() => page.getByTestId('rule-view').innerText()).toContain('2 firing now');
    const instances = page.getByRole('region', { name: 'Instances' });
    await instances.getByText('instance="web-2"').waitFor();
    await page.getByTestId('route-preview').getByText('oncall').waitFor();
    const evaluations = page.getByRole('region', { name: 'Last evaluations', exact: true });
    await expect.poll(() => evaluations.getByRole('row').count()).toBeGreaterThan(2);
    await expect
      .poll(() => evaluations.getByRole('img').getAttribute('aria-label'))
      .toMatch(/evaluations, none failed, slowest/);
    await page.keyboard.press('m');
    await page
      .getByTestId('silence-preview')
      .getByText(/^Silences 2 firing now/)
      .waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Open in Metrics' }).click();
    await page.waitForURL(/\/metrics\?/);
    await expect.poll(() => app.param('q')).toContain('label_replace(vector(3)');
  });

  it('are tried on the past: how often, how long, who is told', async () => {
    const { page } = session;
    await openRule('ServiceDown');
    await backtest().getByText('1 h', { exact: true }).click();
    await expect.poll(() => app.param('over')).toBe('1h');
    await page.getByRole('button', { name: 'Backtest' }).click();
    const result = page.getByTestId('backtest-rule');
    await result.waitFor();
    const text = async (): Promise<string> => (await result.innerText()).replaceAll('\u202f', ' ');
    await expect.poll(text).toMatch(/Would have fired 2× for 2 instances, 2 h in total, at most 1 h at once\./);
    await expect.poll(text).toMatch(/\d+ notifications? to oncall/);
    const strips = result.getByRole('img');
    await expect.poll(() => strips.count()).toBe(2);
    await expect.poll(() => strips.first().getAttribute('aria-label')).toMatch(/^fired once/);
  });

  it('that record are not tried on the past, and say why', async () => {
    await openRule('fixture:answer');
    await backtest()
      .getByText(/a recording rule fires nothing/)
      .waitFor();
    await expect.poll(() => backtest().getByRole('button', { name: 'Backtest' }).isDisabled()).toBe(true);
  });

  it('say how to load some when there are none', async () => {
    const { page } = session;
    await page.route('**/api/sightline/v1/rules', (route) => route.fulfill({ json: { nowMs: 0, groups: [] } }));
    await app.goto('/alerts/rules');
    await page.locator('[data-state="empty-never"]').waitFor();
    await page.getByText('rule_files:').waitFor();
    await expect.poll(() => page.getByRole('link', { name: 'Try a rule' }).count()).toBe(1);
  });

  it('that are gone are told as gone', async () => {
    await app.goto('/alerts/rules/Nothing-00000000');
    await session.page.getByText('This rule does not run any more.').waitFor();
  });

  it('that are pasted are checked and tried', async () => {
    const { page } = session;
    await app.goto('/alerts/rules');
    await page.getByRole('link', { name: 'Try a rule' }).click();
    const field = page.getByTestId('rule-yaml');
    await field.fill('alert: Pasted\nexpr: vector(1) >\nlabels: {team: infra}');
    const findings = page.getByTestId('rule-findings');
    await findings.getByRole('button', { name: 'line 2' }).click();
    await expect
      .poll(() =>
        field.evaluate((element) => {
          const { value, selectionStart, selectionEnd } = element as HTMLTextAreaElement;
          return value.slice(selectionStart, selectionEnd);
        }),
      )
      .toBe('expr: vector(1) >');
    await backtest().getByText('Correct the file first').waitFor();
    await field.fill('alert: Pasted\nexpr: vector(1) > 0\nlabels: {team: infra}');
    await findings.getByText('1 rule, as it should be').waitFor();
    await backtest().getByText('1 h', { exact: true }).click();
    await page.getByRole('button', { name: 'Backtest' }).click();
    const result = page.getByTestId('backtest-rule');
    await result.waitFor();
    await expect.poll(() => result.innerText()).toMatch(/Would have fired once.*\n*.*to infra/);
    // It is still there after a reload.
    await app.goto('/alerts/rules/new');
    await expect.poll(() => field.inputValue()).toContain('alert: Pasted');
  });
});
