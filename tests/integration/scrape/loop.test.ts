import { expect, test } from 'vitest';
import { prometheusConfig, scrapeConfig, staticGroup } from './support/configs.ts';
import { startManager, startTarget, until } from './support/harness.ts';

test('a scrape stores samples, and series that vanish get a staleness marker', async () => {
  const target = await startTarget('a 1\nb{x="y"} 2\n');
  const { apply, writer, manager } = startManager();
  await apply(prometheusConfig(scrapeConfig({ staticConfigs: [staticGroup([target.address])] })));
  const labels = `instance="${target.address}", job="test"`;
  await until(() => writer.values(`a{${labels}}`).length >= 2);
  target.answer('a 3\n');
  await until(() => writer.values(`b{${labels}, x="y"}`).includes('stale'));
  const a = writer.samples(`a{${labels}}`);
  const b = writer.samples(`b{${labels}, x="y"}`);
  expect(b.at(-1)?.value).toBe('stale');
  expect(a.find(({ atMs }) => atMs === b.at(-1)?.atMs)?.value).toBe(3);
  expect(writer.values(`up{${labels}}`).every((value) => value === 1)).toBe(true);
  expect(writer.values(`scrape_samples_scraped{${labels}}`).slice(0, 2)).toEqual([2, 2]);
  expect(writer.values(`scrape_series_added{${labels}}`).slice(0, 2)).toEqual([2, 0]);
  expect(manager.targets().activeTargets).toMatchObject([
    { health: 'up', lastError: '', scrapeUrl: `http://${target.address}/metrics`, scrapeInterval: '1s' },
  ]);
});
