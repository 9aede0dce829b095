/** Page objects: what a person does, in their words. */
import type { Locator, Page } from 'playwright-core';

declare global {
  interface Window {
    __ux?: { idle: () => Promise<void>; inflight: number; range: [number, number] };
  }
}

export interface Pixel {
  readonly colour: string;
  readonly count: number;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const SAME_READS = 3;
const MOST_READS = 100;

/** What `read` gives once it gives the same again and again: a place after the layout, the pixels of a whole drawing. */
export async function settled<T>(page: Page, read: () => Promise<T>): Promise<T> {
  let last = await read();
  for (let reads = 0, same = 1; reads < MOST_READS; reads++) {
    await page.waitForTimeout(60);
    const now = await read();
    same = JSON.stringify(now) === JSON.stringify(last) ? same + 1 : 1;
    last = now;
    if (same === SAME_READS) return now;
  }
  throw new Error(`it never settled: ${JSON.stringify(last)}`);
}

/** Where it is on the page, after everything above it has found its place. */
export async function placeOf(target: Locator): Promise<Box> {
  const box = await settled(target.page(), () => target.boundingBox());
  if (box === null) throw new Error('it has no place on the page');
  return box;
}

export class AppPage {
  readonly page: Page;
  readonly url: string;

  constructor(page: Page, url: string) {
    this.page = page;
    this.url = url;
  }

  async goto(path: string): Promise<void> {
    await this.page.goto(this.url + path);
    await this.page.waitForFunction(() => window.__ux !== undefined);
    await this.idle();
  }

  async idle(): Promise<void> {
    await this.page.evaluate(() => window.__ux?.idle());
  }

  range(): Promise<[number, number]> {
    return this.page.evaluate(() => window.__ux?.range ?? [0, 0]);
  }

  param(name: string): string | null {
    return new URL(this.page.url()).searchParams.get(name);
  }

  async openPicker(): Promise<Locator> {
    await this.page
      .getByTestId('time-picker')
      .getByRole('button', { name: /^Time range/ })
      .click();
    return this.page.getByTestId('time-input');
  }

  async setRange(text: string): Promise<void> {
    const field = await this.openPicker();
    await field.fill(text);
    await field.press('Enter');
    await field.waitFor({ state: 'detached' });
    await this.idle();
  }
}

export class ChartPart {
  readonly root: Locator;
  readonly page: Page;

  constructor(page: Page, testId: string) {
    this.page = page;
    this.root = page.getByTestId(testId);
  }

  get plot(): Locator {
    return this.root.locator('.u-over');
  }

  item(name: string): Locator {
    return this.root.getByTestId('legend-item').filter({ hasText: name });
  }

  swatch(name: string): Locator {
    return this.item(name).locator('.legend-swatch');
  }

  name(name: string): Locator {
    return this.item(name).locator('.legend-name');
  }

  /** Moves the pointer to a share of the plot's width, a little below its top, from a few pixels beside it. */
  async point(share: number): Promise<void> {
    const box = await placeOf(this.plot);
    const [x, y] = [box.x + box.width * share, box.y + 12];
    await this.page.mouse.move(x - 3, y);
    await this.page.mouse.move(x, y);
  }

  /** The texts of the tooltip's rows, none when it is not shown. */
  tipRows(): Promise<string[]> {
    return this.root.locator('.tip-row:visible').allInnerTexts();
  }

  /** Drags over the plot between two shares of its width. */
  async drag(from: number, to: number): Promise<void> {
    const box = await placeOf(this.plot);
    const y = box.y + box.height / 2;
    await this.page.mouse.move(box.x + box.width * from, y);
    await this.page.mouse.down();
    await this.page.mouse.move(box.x + box.width * ((from + to) / 2), y, { steps: 4 });
    await this.page.mouse.move(box.x + box.width * to, y, { steps: 4 });
    await this.page.mouse.up();
  }

  /**
   * How many pixels of the canvas have each of the given `#rrggbb` colours, within what smoothing changes. `muted` counts
   * those that are drawn half transparent instead.
   */
  pixels(colours: readonly string[], strength: 'full' | 'muted' = 'full'): Promise<number[]> {
    const alpha = strength === 'full' ? [200, 255] : [125, 155];
    return this.root.locator('canvas').evaluate(
      (canvas, [wanted, [lowest = 0, highest = 0]]) => {
        const context = (canvas as HTMLCanvasElement).getContext('2d');
        if (context === null) return [];
        const { width, height } = canvas as HTMLCanvasElement;
        const { data } = context.getImageData(0, 0, width, height);
        const targets = wanted.map((hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)));
        const counts = targets.map(() => 0);
        for (let at = 0; at < data.length; at += 4) {
          const opacity = data[at + 3] ?? 0;
          if (opacity < lowest || opacity > highest) continue;
          targets.forEach(([red = 0, green = 0, blue = 0], index) => {
            const far =
              Math.abs((data[at] ?? 0) - red) +
              Math.abs((data[at + 1] ?? 0) - green) +
              Math.abs((data[at + 2] ?? 0) - blue);
            if (far < 24) counts[index] = (counts[index] ?? 0) + 1;
          });
        }
        return counts;
      },
      [colours, alpha] as const,
    );
  }

  /** The colour of a series as its swatch shows it. */
  colour(name: string): Promise<string> {
    return this.item(name)
      .locator('line')
      .evaluate((line) => {
        const [red = 0, green = 0, blue = 0] = (getComputedStyle(line).stroke.match(/\d+/g) ?? []).map(Number);
        return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
      });
  }
}
