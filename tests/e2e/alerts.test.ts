import type { AlertDetail, AlertInstance, AlertList } from '@sightline/api-types';
import type { Browser, Locator, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/programs.ts';
import { type AlertFixture, startAlertFixture } from './alert-server.ts';
import { because, cannotRun, launch, open, type Session } from './browser.ts';
import { AppPage, ChartPart, placeOf } from './pages.ts';

/** Two alerts of one service that begin together, over a metric that the test sends. */
const RULES = `groups:
  - name: oven
    rules:
      - alert: OvenHot
        expr: oven_celsius > 250
        labels: {severity: warning}
        annotations:
          summary: '{{ $labels.service }} has {{ $value }} degrees'
          runbook_url: http://localhost/runbooks/TargetDown
      - alert: OvenSmokes
        expr: oven_smoke_ratio > 0.2
        labels: {severity: info}
`;

let fixture: AlertFixture;
let browser: Browser;
let session: Session;
let app: AppPage;

async function json<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(fixture.url + path, init);
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

const alerts = async (): Promise<readonly AlertInstance[]> =>
  (await json<AlertList>('/api/sightline/v1/alerts')).alerts;

async function find(name: string, instance?: string): Promise<AlertInstance> {
  const found = (await alerts()).find(
    (alert) => alert.name === name && (instance === undefined || alert.labels['instance'] === instance),
  );
  if (found === undefined) throw new Error(`no alert ${name}`);
  return found;
}

/** Ten minutes of a cool oven and one of a hot one. */
async function heat(): Promise<void> {
  const now = Math.floor(Date.now() / 1000) * 1000;
  const lines: string[] = [];
  for (let at = now - 600_000; at <= now + 240_000; at += 5_000) {
    const isHot = at > now - 60_000;
    lines.push(`oven_celsius{service="oven",instance="o-1"} ${isHot ? 300 : 200} ${at}`);
    lines.push(`oven_smoke_ratio{service="oven",instance="o-1"} ${isHot ? 0.5 : 0.01} ${at}`);
  }
  const response = await fetch(`${fixture.url}/api/v1/import/prometheus`, {
    method: 'POST',
    body: `${lines.join('\n')}\n`,
  });
  if (!response.ok) throw new Error(`import answered ${response.status}`);
  await eventually('the oven alerts fire as one incident', async () => {
    const ids = (await alerts()).flatMap(({ name, incidentId }) => (name.startsWith('Oven') ? [incidentId] : []));
    return ids.length === 2 && ids[0] !== null && ids[0] === ids[1];
  });
}

/** What a test left behind: silences and acknowledgements. */
async function tidy(): Promise<void> {
  for (const { id, status } of await json<readonly { id: string; status: { state: string } }[]>('/api/v2/silences'))
    if (status.state !== 'expired') await fetch(`${fixture.url}/api/v2/silence/${id}`, { method: 'DELETE' });
  for (const { fingerprint, acknowledgement } of await alerts()) {
    if (acknowledgement === null) continue;
    await json(`/api/sightline/v1/alerts/${fingerprint}/acknowledge?by=test`, { method: 'DELETE' });
  }
}

describe.skipIf(cannotRun !== null)(`alerts${because}`, () => {
  beforeAll(async () => {
    [fixture, browser] = await Promise.all([startAlertFixture(RULES), launch()]);
    await heat();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await fixture?.stop();
  });
  beforeEach(async () => {
    await tidy();
    session = await open(browser);
    app = new AppPage(session.page, fixture.url);
  });
  afterEach(async () => {
    const { problems } = session;
    await session.close();
    expect(problems).toEqual([]);
  });

  const rows = (): Locator => session.page.getByTestId('alert-row');
  const row = (text: string): Locator => rows().filter({ hasText: text });
  const dialog = (): Locator => session.page.getByTestId('acknowledge');

  describe('now', () => {
    it('shows every firing instance, worst first, and what fails above them', async () => {
      await app.goto('/alerts');
      await expect.poll(() => row('ServiceDown').count()).toBe(2);
      await expect.poll(() => rows().first().textContent()).toContain('critical');
      await expect.poll(() => row('web-1').textContent()).toContain('web-1 is down');
      await expect.poll(() => session.page.getByTestId('failing-rules').textContent()).toContain('Contradiction');
      await expect.poll(() => session.page.getByTestId('count-pending').textContent()).toContain('1');
      await expect.poll(() => row('DiskFills').textContent()).toContain('(> 5)');
    });

    it('folds alerts that began together on one service, until they are opened', async () => {
      await app.goto('/alerts');
      const fold = session.page.getByTestId('alert-incident').getByRole('button');
      await expect.poll(() => fold.textContent()).toMatch(/service=oven.*likely the same cause: 2 alerts/);
      await expect.poll(() => row('Oven').count()).toBe(0);
      await fold.click();
      await expect.poll(() => row('Oven').count()).toBe(2);
      await session.page.reload();
      await expect.poll(() => row('Oven').count()).toBe(2);
      // The limit comes with the rules, after the alerts.
      await expect.poll(() => row('OvenHot').textContent()).toMatch(/300.°C\(> 250.°C\)/);
      await row('OvenHot').getByRole('img').waitFor();
    });

    it('filters by matchers and words, keeps the filter in the address and says when nothing is left', async () => {
      await app.goto('/alerts');
      const filter = session.page.getByRole('searchbox', { name: 'Filter alerts' });
      await filter.fill('instance=~"web-.*" severity=critical');
      await expect.poll(() => rows().count()).toBe(2);
      await expect.poll(() => app.param('filter')).toBe('instance=~"web-.*" severity=critical');
      await filter.fill('team=~(');
      await expect.poll(() => filter.getAttribute('aria-invalid')).toBe('true');
      await filter.fill('nowhere');
      const empty = session.page.locator('[data-state="empty-filter"]');
      await expect.poll(() => empty.textContent()).toContain('nowhere');
      await empty.getByRole('button', { name: 'Clear the filter' }).click();
      await expect.poll(() => rows().count()).toBeGreaterThan(2);
      await expect.poll(() => filter.inputValue()).toBe('');
    });

    it('groups by rule, and a folded group stays folded after a reload', async () => {
      await app.goto('/alerts?group=rule');
      const group = session.page.getByTestId('alert-group').filter({ hasText: 'ServiceDown' }).getByRole('button');
      await expect.poll(() => row('ServiceDown').count()).toBe(2);
      await group.click();
      await expect.poll(() => row('ServiceDown').count()).toBe(0);
      await session.page.reload();
      await rows().first().waitFor();
      await expect.poll(() => row('ServiceDown').count()).toBe(0);
    });

    it('is worked with the keyboard alone: move, select, acknowledge the selected, open', async () => {
      await app.goto('/alerts?filter=alertname%3DServiceDown');
      await rows().first().waitFor();
      const { keyboard } = session.page;
      await keyboard.press('j');
      await keyboard.press('x');
      await keyboard.press('j');
      await keyboard.press('x');
      await keyboard.press('Shift+A');
      await dialog().waitFor();
      await dialog().getByLabel('Note (what you are doing)').fill('on it');
      await dialog().getByLabel('Your name').fill('anna');
      await keyboard.press('Enter');
      await dialog().waitFor({ state: 'detached' });
      await expect.poll(() => row('anna').count()).toBe(2);
      const acknowledged = (await alerts()).filter(({ name }) => name === 'ServiceDown');
      expect(acknowledged.map(({ acknowledgement }) => acknowledgement?.note)).toEqual(['on it', 'on it']);
      await keyboard.press('j');
      await keyboard.press('Enter');
      await session.page.getByTestId('alert-graph').waitFor();
      await expect.poll(() => new URL(session.page.url()).pathname).toMatch(/\/alerts\/i\/[0-9a-f]{16}$/);
    });

    it('silences from a row: the drawer has its labels, and the row moves to the silenced ones with a countdown', async () => {
      await app.goto('/alerts?filter=web-2');
      await row('web-2').getByRole('button', { name: 'Silence ServiceDown' }).click();
      const drawer = session.page.getByTestId('silence-drawer');
      await expect.poll(() => drawer.getByLabel('Value of matcher 1').inputValue()).toBe('ServiceDown');
      await drawer.getByTestId('silence-comment').fill('known');
      await drawer.getByLabel('Who').fill('anna');
      await session.page.keyboard.press('Control+Enter');
      await drawer.waitFor({ state: 'detached' });
      await expect.poll(() => row('web-2').count()).toBe(0);
      await session.page.getByTestId('count-silenced').click();
      await expect.poll(() => row('web-2').textContent()).toMatch(/silenced, .+ left/);
    });

    it('lists its keys', async () => {
      await app.goto('/alerts');
      await rows().first().waitFor();
      await session.page.keyboard.press('?');
      const help = session.page.getByTestId('help');
      for (const words of ['Acknowledge', 'Silence (mute)', 'Runbook', 'Select', 'Acknowledge the selected'])
        await expect.poll(() => help.textContent()).toContain(words);
    });
  });

  describe('one', () => {
    it('draws what the rule watches with its limit, from before it began, and the states under it', async () => {
      const { fingerprint, startsAtMs } = await find('OvenHot');
      await app.goto(`/alerts/i/${fingerprint}`);
      const chart = new ChartPart(session.page, 'alert-chart');
      await chart.plot.waitFor();
      await expect.poll(async () => Math.abs((await app.range())[0] - (startsAtMs - 1_800_000))).toBeLessThan(1_000);
      // The limit is drawn in the colour of what is critical.
      await expect.poll(async () => (await chart.pixels(['#8f0a2b']))[0] ?? 0).toBeGreaterThan(200);
      await expect
        .poll(() => session.page.getByRole('img', { name: /^States:/ }).getAttribute('aria-label'))
        .toContain('firing');
      await expect.poll(() => session.page.getByTestId('alert-facts').textContent()).toContain('oven in');
      await expect.poll(() => session.page.getByTestId('related').textContent()).toContain('OvenSmokes');
      await expect.poll(() => session.page.title()).toContain('OvenHot');
    });

    it('has the steps of a built-in runbook, and remembers which are done', async () => {
      const { fingerprint } = await find('OvenHot');
      await app.goto(`/alerts/i/${fingerprint}`);
      const step = session.page.getByTestId('runbook').getByRole('checkbox').first();
      await step.check();
      await session.page.reload();
      await expect.poll(() => step.isChecked()).toBe(true);
    });

    it('says why: the chain of decisions, now and at a time in the past', async () => {
      await session.close();
      session = await open(browser, { hasNetworkErrors: true });
      app = new AppPage(session.page, fixture.url);
      const { fingerprint } = await find('ServiceDown');
      await app.goto(`/alerts/i/${fingerprint}`);
      const why = session.page.getByTestId('why');
      await why.getByText('sent', { exact: false }).first().waitFor();
      await expect.poll(() => why.textContent()).toContain('oncall');
      await why.getByRole('textbox', { name: 'At another time' }).fill('now-2h');
      await why.getByRole('button', { name: 'Ask' }).click();
      await expect.poll(() => Number(app.param('why'))).toBeLessThan(Date.now() - 7_000_000);
      await why.getByText('Nothing was decided about this alert until then.').waitFor();
      await why.getByRole('button', { name: 'back to now' }).click();
      await expect.poll(() => app.param('why')).toBeNull();
      await session.page
        .getByTestId('timeline')
        .getByTitle(/why, at that time/)
        .first()
        .click();
      await expect.poll(() => Math.abs(Date.now() - Number(app.param('why')))).toBeLessThan(600_000);
      await why.getByText('firing since', { exact: false }).first().waitFor();
    });

    it('shows notifications in its timeline, and takes notes and acknowledgements', async () => {
      const { fingerprint } = await find('OvenHot');
      await app.goto(`/alerts/i/${fingerprint}`);
      const timeline = session.page.getByTestId('timeline');
      const who = `bob ${Date.now()}`;
      await timeline.getByText('Sent to everybody', { exact: false }).waitFor();
      await session.page.keyboard.press('n');
      await dialog().getByLabel('Note').fill(`the door was open, says ${who}`);
      await dialog().getByLabel('Your name').fill(who);
      await dialog().getByRole('button', { name: 'Add the note' }).click();
      await dialog().waitFor({ state: 'detached' });
      await timeline.getByText(`the door was open, says ${who}`).waitFor();
      await session.page.keyboard.press('a');
      await dialog().getByRole('button', { name: 'Acknowledge' }).click();
      await session.page.getByText('looks after it').waitFor();
      await session.page.getByRole('button', { name: 'take back' }).click();
      await eventually('it is taken back', async () => (await find('OvenHot')).acknowledgement === null);
      await eventually('the server has all three', async () => {
        const { timeline: events } = await json<AlertDetail>(`/api/sightline/v1/alerts/${fingerprint}`);
        const kinds = events.filter(({ actor }) => actor === who).map(({ kind }) => kind);
        return kinds.join() === 'noted,acknowledged,unacknowledged';
      });
    });

    it('says so when no such alert is known', async () => {
      await session.close();
      session = await open(browser, { hasNetworkErrors: true });
      app = new AppPage(session.page, fixture.url);
      await app.goto('/alerts/i/0123456789abcdef');
      await expect.poll(() => session.page.getByTestId('empty').textContent()).toContain('0123456789abcdef');
    });
  });

  describe('over time', () => {
    it('has a line for each instance that fired, who contributes most, and takes a dragged range', async () => {
      await app.goto('/alerts/history?from=now-1h&to=now');
      const lines = session.page.getByTestId('history-row');
      await expect.poll(() => lines.filter({ hasText: 'ServiceDown' }).count()).toBe(2);
      const strip = lines.filter({ hasText: 'OvenHot' }).getByRole('img');
      await expect.poll(() => strip.getAttribute('aria-label')).toMatch(/^OvenHot: fired 1 time, .+ in all, last from/);
      await expect.poll(() => strip.locator('.strip-firing').count()).toBe(1);
      await session.page.getByTestId('contributors').getByRole('button', { name: 'ServiceDown' }).click();
      await expect.poll(() => lines.count()).toBe(2);
      await expect.poll(() => app.param('filter')).toBe('alertname="ServiceDown"');
      const box = await placeOf(lines.first().getByRole('img'));
      const [from, to] = await app.range();
      const y = box.y + box.height / 2;
      await session.page.mouse.move(box.x + box.width * 0.5, y);
      await session.page.mouse.down();
      await session.page.mouse.move(box.x + box.width * 0.99, y, { steps: 4 });
      await session.page.mouse.up();
      await expect
        .poll(async () => Math.abs(Number(app.param('from')) - (from + (to - from) / 2)))
        .toBeLessThan(60_000);
    });
  });

  describe('states', () => {
    const LIST = '**/api/sightline/v1/alerts';
    const stub = (status: number, body: object) => (route: Route) =>
      route.fulfill({ status, contentType: 'application/json', body: JSON.stringify(body) });
    const counts = { firing: 0, pending: 0, silenced: 0, inhibited: 0, muted: 0, resolved: 0 };
    const broken = stub(500, { status: 'error', errorType: 'internal', error: 'the disk is on fire' });
    const state = (name: string): Locator => session.page.locator(`main [data-state="${name}"]`).first();

    beforeEach(async () => {
      await session.close();
      session = await open(browser, { hasNetworkErrors: true });
      app = new AppPage(session.page, fixture.url);
    });

    it('says what is wrong when the list cannot be read, and reads it again', async () => {
      await session.page.route(LIST, broken);
      await session.page.goto(`${fixture.url}/alerts`);
      await state('error').waitFor();
      await expect.poll(() => state('error').innerText()).toContain('the disk is on fire');
      await session.page.unroute(LIST);
      await state('error').getByRole('button', { name: 'Retry' }).click();
      await row('ServiceDown').first().waitFor();
    });

    it('keeps the list when a refresh fails, and says that it is older', async () => {
      await app.goto('/alerts?refresh=1s');
      await row('ServiceDown').first().waitFor();
      await session.page.route(LIST, broken);
      await state('stale').waitFor();
      await expect.poll(() => row('ServiceDown').count()).toBe(2);
    });

    it('says that all is quiet, how many rules say so and when they did', async () => {
      const nowMs = Date.now();
      const quiet = { nowMs, alerts: [], counts, ruleCount: 24, lastEvaluationMs: nowMs - 6_000, failingRules: [] };
      await session.page.route(LIST, stub(200, quiet));
      await app.goto('/alerts');
      await expect.poll(() => state('empty-range').innerText()).toMatch(/All quiet\.\s+24 rules evaluated \d+.s ago\./);
    });

    it('says how to get rules when there are none', async () => {
      const none = { nowMs: 0, alerts: [], counts, ruleCount: 0, lastEvaluationMs: null, failingRules: [] };
      await session.page.route(LIST, stub(200, none));
      await app.goto('/alerts');
      await expect.poll(() => state('empty-never').innerText()).toContain('rule_files');
    });
  });

  it('takes the links of Alertmanager', async () => {
    await session.page.goto(`${fixture.url}/#/alerts?filter=${encodeURIComponent('{instance="web-1"}')}`);
    await expect.poll(() => rows().count()).toBe(1);
    await expect.poll(() => new URL(session.page.url()).pathname).toBe('/alerts');
    await expect.poll(() => app.param('filter')).toBe('{instance="web-1"}');
  });

  it('has a page for a runbook, where the links of notifications lead', async () => {
    await app.goto('/runbooks/TargetDown');
    await expect
      .poll(() => session.page.getByRole('region', { name: 'Runbook of TargetDown' }).textContent())
      .toContain('scrape');
  });

  it('has nothing to wait for when nothing fires and there are rules', async () => {
    await app.goto('/alerts?state=muted');
    await expect.poll(() => session.page.getByTestId('empty').textContent()).toMatch(/rules evaluated .+ ago/);
  });
});
