import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { because, cannotRun, launch, open } from './browser.ts';
import { AppPage, ChartPart, placeOf } from './pages.ts';
import { startSightline } from '../support/sightline.ts';

let server: Awaited<ReturnType<typeof startSightline>>;
let browser: Browser;

const CONFIG = 'host_metrics:\n  interval: 1s\nself_scrape:\n  interval: 1s\n';
const FRAMES = 60;

describe.skipIf(cannotRun !== null)(`charts side by side${because}`, () => {
  beforeAll(async () => {
    [server, browser] = await Promise.all([startSightline({ config: CONFIG }), launch()]);
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('share the crosshair, and only the one under the pointer has a tooltip', async () => {
    const session = await open(browser);
    const { page } = session;
    const app = new AppPage(page, server.url);
    await app.goto('/?from=now-1m&to=now&refresh=5s');
    const [memory, load] = [new ChartPart(page, 'chart-memory'), new ChartPart(page, 'chart-load')];
    await memory.plot.waitFor();
    await load.plot.waitFor();
    const tip = memory.root.locator('.tip');
    const isShown = async (): Promise<boolean> => {
      await memory.point(0.93);
      return tip.isVisible();
    };
    await expect.poll(isShown).toBe(true);
    const share = (chart: ChartPart): Promise<number> =>
      chart.root.locator('.u-over').evaluate((over) => {
        const line = over.querySelector('.u-cursor-x');
        const at = /translate\(([-\d.]+)px/.exec((line as HTMLElement | null)?.style.transform ?? '')?.[1];
        return Number(at ?? -1) / over.clientWidth;
      });
    await expect.poll(() => share(load)).toBeGreaterThan(0.9);
    await expect.poll(async () => Math.abs((await share(load)) - (await share(memory)))).toBeLessThan(0.02);
    await expect.poll(() => tip.isVisible()).toBe(true);
    await expect.poll(() => load.root.locator('.tip').isVisible()).toBe(false);
    expect(session.problems).toEqual([]);
    await session.close();
  });

  it('a drag on one zooms all of them once', async () => {
    const session = await open(browser);
    const app = new AppPage(session.page, server.url);
    await app.goto('/?from=now-5m&to=now&refresh=off');
    const chart = new ChartPart(session.page, 'chart-load');
    await chart.plot.waitFor();
    const before = await session.page.evaluate(() => history.length);
    await chart.drag(0.6, 0.9);
    await session.page.waitForURL(/from=\d{13}/);
    await app.idle();
    expect((await session.page.evaluate(() => history.length)) - before).toBe(1);
    const span = async (): Promise<number> => (await app.range()).reduce((from, to) => to - from);
    await expect.poll(async () => Math.abs((await span()) / 90_000 - 1)).toBeLessThan(0.1);
    await session.close();
  });

  it('works under a path prefix', async () => {
    const session = await open(browser);
    const { page } = session;
    // What a reverse proxy does that serves Sightline under /monitoring/ and strips the prefix.
    await page.route('**/monitoring/**', async (route) => {
      const url = route.request().url().replace('/monitoring/', '/');
      const response = await route.fetch({ url });
      const isPage = response.headers()['content-type']?.includes('text/html') === true;
      if (!isPage) return route.fulfill({ response });
      return route.fulfill({
        response,
        body: (await response.text()).replace('<base href="/"', '<base href="/monitoring/"'),
      });
    });
    const outside: string[] = [];
    page.on('request', (request) => {
      if (!new URL(request.url()).pathname.startsWith('/monitoring/')) outside.push(request.url());
    });
    await page.goto(`${server.url}/monitoring/system/about`);
    await page.getByRole('heading', { name: 'Program' }).waitFor();
    await page.getByRole('link', { name: 'Storage' }).click();
    await page.waitForURL(/\/monitoring\/system\/storage/);
    await page.getByRole('heading', { name: 'Tables' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Tables' }).waitFor();
    expect(outside).toEqual([]);
    await session.close();
  });

  it('follow the pointer without long frames', async () => {
    const session = await open(browser);
    const { page } = session;
    const app = new AppPage(page, server.url);
    await app.goto('/?from=now-5m&to=now&refresh=off');
    const chart = new ChartPart(page, 'chart-memory');
    await chart.plot.waitFor();
    const box = await placeOf(chart.plot);
    // Time inside our own handlers, not frames: the machine may be busy with other tests.
    const spent = await page.evaluate(
      ([x, y, width, frames]) => {
        const over = document.elementFromPoint(x + width / 2, y);
        const times: number[] = [];
        for (let frame = 0; frame < frames; frame++) {
          const start = performance.now();
          over?.dispatchEvent(
            new MouseEvent('mousemove', { bubbles: true, clientX: x + (width * frame) / frames, clientY: y }),
          );
          times.push(performance.now() - start);
        }
        return times.sort((a, b) => a - b)[Math.floor(frames / 2)] ?? 0;
      },
      [box.x, box.y + 40, box.width, FRAMES] as const,
    );
    expect(spent).toBeLessThan(25);
    await session.close();
  });
});
