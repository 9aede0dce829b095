import type { MetricMetadata } from '@sightline/model';
import { type ExpositionFormat, parseExposition } from '@sightline/protocol';
import { expect, test } from 'vitest';
import type { MetricWriter } from '../../storage/metric-store.ts';
import { MetadataCache } from './metadata-cache.ts';

function setUp(format: ExpositionFormat = 'text') {
  const described: MetricMetadata[] = [];
  const writer = { describe: (metadata: MetricMetadata) => void described.push(metadata) } as MetricWriter;
  const cache = new MetadataCache(writer);
  const types: string[] = [];
  let read = 0;
  const scrape = (text: string, fails = false) => {
    const body = Buffer.from(text);
    described.length = 0;
    types.length = 0;
    read = 0;
    cache.begin(body);
    parseExposition(body, format, {
      sample: () => void types.push(cache.currentType),
      knownMetadata: (start) => cache.expect(start),
      type: (metric, type) => {
        read++;
        cache.type(metric, type);
      },
      help: (metric, help) => {
        read++;
        cache.help(metric, help);
      },
      unit: (metric, unit) => {
        read++;
        cache.unit(metric, unit);
      },
    });
    if (!fails) cache.commit();
    return { described: [...described], types: [...types], read };
  };
  return scrape;
}

const FAMILY = (name: string, type: string, help = 'Help.') =>
  `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name} 1\n`;

test('a family is described when it is new and when it changes', () => {
  const scrape = setUp();
  expect(scrape(FAMILY('a', 'gauge')).described).toEqual([{ name: 'a', type: 'gauge', help: 'Help.', unit: '' }]);
  expect(scrape(FAMILY('a', 'gauge')).described).toEqual([]);
  expect(scrape(FAMILY('a', 'counter')).described).toMatchObject([{ type: 'counter', help: 'Help.' }]);
  expect(scrape(FAMILY('a', 'counter', 'Other.')).described).toMatchObject([{ help: 'Other.' }]);
});

test('lines that stay are not read again, also behind one that went or came', () => {
  const scrape = setUp();
  const [a, b, c] = [FAMILY('a', 'gauge'), FAMILY('b', 'histogram'), FAMILY('c', 'summary')];
  expect(scrape(a + b + c).read).toBe(6);
  expect(scrape(a + b + c)).toMatchObject({ read: 0, types: ['gauge', 'histogram', 'summary'] });
  expect(scrape(a + c)).toMatchObject({ read: 0, types: ['gauge', 'summary'] });
  expect(scrape(a + b + c)).toMatchObject({ read: 2, types: ['gauge', 'histogram', 'summary'] });
});

test('a line that is longer than the one before is read', () => {
  const scrape = setUp();
  scrape(FAMILY('a', 'gauge', 'Help'));
  expect(scrape(FAMILY('a', 'gauge', 'Help more')).described).toMatchObject([{ help: 'Help more' }]);
});

test('a failed scrape is not compared with', () => {
  const scrape = setUp();
  scrape(FAMILY('a', 'gauge'));
  scrape(FAMILY('b', 'counter'), true);
  expect(scrape(FAMILY('a', 'gauge'))).toMatchObject({ read: 0, types: ['gauge'] });
  expect(scrape(FAMILY('b', 'counter')).types).toEqual(['counter']);
});

test('a quoted name over two lines is read each time', () => {
  const scrape = setUp();
  const text = '# TYPE "a\nb" gauge\n{"a\nb"} 1\n';
  expect(scrape(text)).toMatchObject({ read: 1, types: ['gauge'] });
  expect(scrape(text)).toMatchObject({ read: 1, types: ['gauge'] });
});

test('a family that comes back after long is described again', () => {
  const scrape = setUp();
  scrape(FAMILY('a', 'gauge'));
  for (let i = 0; i < 12; i++) scrape('b 1\n');
  expect(scrape(FAMILY('a', 'gauge')).described).toHaveLength(1);
});

test('OpenMetrics units too', () => {
  const scrape = setUp('openmetrics');
  const text = '# TYPE a_seconds gauge\n# UNIT a_seconds seconds\na_seconds 1\n# EOF\n';
  expect(scrape(text).described).toEqual([{ name: 'a_seconds', type: 'gauge', help: '', unit: 'seconds' }]);
  expect(scrape(text)).toMatchObject({ read: 0, types: ['gauge'] });
});
