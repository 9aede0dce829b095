import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSightline } from '../support/sightline.ts';
import { because, cannotRun, launch, open, type Session } from './browser.ts';
import { AppPage } from './pages.ts';

let server: Awaited<ReturnType<typeof startSightline>>;
let browser: Browser;
let session: Session;
let app: AppPage;

const CONFIG = 'host_metrics:\n  interval: 1s\nself_scrape:\n  interval: 1s\n';
const PROMETHEUS = `global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs:
  - job_name: broken
    static_configs: [{ targets: ['127.0.0.1:1'] }]
  - job_name: dropped
    static_configs: [{ targets: ['127.0.0.1:2'] }]
    relabel_configs: [{ action: drop, source_labels: [__address__], regex: '.*' }]
`;

describe.skipIf(cannotRun !== null)(`overview and system${because}`, () => {
  beforeAll(async () => {
    [server, browser] = await Promise.all([startSightline({ config: CONFIG, prometheus: PROMETHEUS }), launch()]);
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });
  beforeEach(async () => {
    session = await open(browser, { permissions: ['clipboard-read', 'clipboard-write'] });
    app = new AppPage(session.page, server.url);
  });
  afterEach(async () => {
    const { problems } = session;
    await session.close();
    expect(problems).toEqual([]);
  });

  it('the first page shows this host and itself arriving, without a reload', async () => {
    const { page } = session;
    await app.goto('/');
    await page.locator('[data-source="host"][data-status="live"]').waitFor();
    await page.locator('[data-source="self"][data-status="live"]').waitFor();
    await page.getByTestId('chart-memory').locator('canvas').waitFor();
    await expect.poll(() => page.getByTestId('panel-memory').innerText()).toMatch(/GiB|MiB/);
    await page.getByTestId('chart-series').locator('canvas').waitFor();
    await expect.poll(() => page.title()).toBe('Overview · Sightline');
  });

  it('a sample sent with the command on the page flips its tick', async () => {
    const { page } = session;
    await app.goto('/');
    await page.getByRole('tab', { name: 'curl' }).click();
    const command = await page.getByRole('tabpanel').locator('code').innerText();
    expect(command).toContain(`${server.url}/api/v1/import/prometheus`);
    await page.getByRole('button', { name: 'Copy import command' }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(command);
    const body = /'([^']+)'/.exec(command)?.[1] ?? '';
    await fetch(`${server.url}/api/v1/import/prometheus`, { method: 'POST', body });
    await page.locator('[data-source="import"][data-status="live"]').waitFor();
  });

  it('targets: what is down comes first with its error, and the filter keeps it', async () => {
    const { page } = session;
    await app.goto('/system/targets');
    const pool = page.getByTestId('pool-broken');
    await pool.getByText('down', { exact: true }).waitFor();
    await expect.poll(() => pool.locator('.target-error').innerText()).toMatch(/refused/);
    await page.getByRole('checkbox', { name: 'only unhealthy' }).check();
    await expect.poll(() => app.param('unhealthy')).toBe('1');
    // On a busy machine another target may be late and so down as well.
    await expect.poll(() => page.locator('tr[data-health="up"]').count()).toBe(0);
    await expect.poll(() => pool.isVisible()).toBe(true);
    await page.getByText('Dropped by relabeling').click();
    await page.getByText('127.0.0.1:2').first().waitFor();
  });

  it('ingest, storage and about show this server', async () => {
    const { page } = session;
    await app.goto('/system/ingest');
    await page.getByRole('row', { name: /This host.*arriving/ }).waitFor();
    await app.goto('/system/storage');
    await expect
      .poll(() => page.getByRole('region', { name: 'Figures' }).innerText())
      .toMatch(/active series\s+[\d,]+/);
    await page
      .getByRole('row', { name: /series/ })
      .first()
      .waitFor();
    await app.goto('/system/about');
    await expect.poll(() => page.locator('main').innerText()).toContain(process.version);
    await expect.poll(() => page.locator('main').innerText()).toContain('accepted');
  });
});
