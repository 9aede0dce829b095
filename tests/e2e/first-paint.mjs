/**
 * Measures the first paint of a running Sightline over a slow line: `node tests/e2e/first-paint.mjs http://127.0.0.1:7070`.
 * Five cold loads of each page at 10 Mbit/s and 40 ms round trip; prints the 75th percentile against the budget.
 */
import { chromium } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const RUNS = 5;
const BUDGET_MS = { fcp: 1_000, lcp: 1_800 };
const BYTES_PER_SECOND = 10_000_000 / 8;
const ROUND_TRIP_MS = 40;
const QUIET_MS = 2_000;
const PAGES = ['/', '/metrics', '/metrics?q=up', '/metrics/catalog', '/system/targets', '/system/storage'];

const url = process.argv[2] ?? 'http://127.0.0.1:7070';
const p75 = (values) => [...values].sort((a, b) => a - b)[Math.ceil(values.length * 0.75) - 1];

/** First and largest paint of one load with an empty cache, in milliseconds after navigation started. */
async function measure(browser, path) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: ROUND_TRIP_MS,
    downloadThroughput: BYTES_PER_SECOND,
    uploadThroughput: BYTES_PER_SECOND,
  });
  await page.addInitScript(() => {
    window.paints = { fcp: 0, lcp: 0 };
    new PerformanceObserver((list) => {
      for (const entry of list.getEntriesByName('first-contentful-paint')) window.paints.fcp = entry.startTime;
    }).observe({ type: 'paint', buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.paints.lcp = entry.startTime;
    }).observe({ type: 'largest-contentful-paint', buffered: true });
  });
  await page.goto(url + path);
  await page.waitForFunction(() => window.__ux !== undefined);
  await page.evaluate(() => window.__ux.idle());
  await page.waitForTimeout(QUIET_MS);
  const paints = await page.evaluate(() => window.paints);
  await context.close();
  return paints;
}

const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
try {
  for (const path of PAGES) {
    const runs = [];
    for (let run = 0; run < RUNS; run++) runs.push(await measure(browser, path));
    const [fcp, lcp] = ['fcp', 'lcp'].map((name) => p75(runs.map((one) => one[name])));
    const isOver = fcp > BUDGET_MS.fcp || lcp > BUDGET_MS.lcp;
    process.stdout.write(
      `${isOver ? 'OVER' : 'ok  '} ${path.padEnd(18)} FCP ${fcp.toFixed(0)} ms of ${BUDGET_MS.fcp}, LCP ${lcp.toFixed(0)} ms of ${BUDGET_MS.lcp}\n`,
    );
    if (isOver) process.exitCode = 1;
  }
} finally {
  await browser.close();
}
