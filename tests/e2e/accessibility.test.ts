import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violations } from './axe.ts';
import { because, cannotRun, launch, open, type Session } from './browser.ts';
import { AppPage } from './pages.ts';
import { type Fixture, startFixture } from './server.ts';

const THEMES = ['light', 'dark'] as const;
const PATHS = [
  '/',
  '/metrics',
  '/metrics?q=fixture_temperature_celsius&q=fixture_many',
  '/metrics?q=fixture_temperature_celsius&view=table',
  '/metrics?q=sum(rate(fixture_requests_total%5B5m%5D))&q=fixture_many&view=explain',
  '/metrics?q=fixture_requests_total%7Bcode%3D~%22200%22%7D&build=A',
  '/metrics/catalog',
  '/system/targets',
  '/system/ingest',
  '/system/storage',
  '/system/queries',
  '/system/queries?list=slowest',
  '/system/about',
];

let fixture: Fixture;
let browser: Browser;

describe.skipIf(cannotRun !== null)(`accessibility${because}`, () => {
  beforeAll(async () => {
    const config = 'host_metrics:\n  interval: 2s\nself_scrape:\n  interval: 2s\n';
    [fixture, browser] = await Promise.all([startFixture(config), launch()]);
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await fixture?.server.stop();
  });

  describe.each(THEMES)('in the %s theme', (colorScheme) => {
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
      await expect.poll(() => session.page.title()).toContain('Sightline');
      expect(await violations(app)).toEqual([]);
    });

    it.each([
      ['the palette', 'Control+k'],
      ['the list of shortcuts', '?'],
    ])('%s has nothing that axe objects to', async (_name, key) => {
      await app.goto('/metrics');
      await session.page.locator('main').focus();
      await session.page.keyboard.press(key);
      await session.page.getByRole('dialog').waitFor();
      expect(await violations(app)).toEqual([]);
    });

    it('the time picker has nothing that axe objects to', async () => {
      await app.goto('/metrics');
      await app.openPicker();
      expect(await violations(app)).toEqual([]);
    });
  });

  describe('at 320 pixels', () => {
    let session: Session;
    beforeAll(async () => {
      session = await open(browser, { viewport: { width: 320, height: 720 } });
    });
    afterAll(() => session?.close());

    it.each(PATHS)('%s does not scroll sideways', async (path) => {
      await new AppPage(session.page, fixture.url).goto(path);
      const [inner, outer] = await session.page.evaluate(() => {
        const main = document.querySelector('main');
        return [main?.scrollWidth ?? 0, main?.clientWidth ?? 0];
      });
      expect(inner).toBeLessThanOrEqual(outer);
    });
  });
});
