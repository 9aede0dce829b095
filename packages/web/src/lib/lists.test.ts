import { describe, expect, it } from 'vitest';
import type { ActiveTarget, IngestSource } from '@sightline/api-types';
import { catalogEntries, catalogQuery, filterCatalog } from './catalog.ts';
import { exampleQueries } from './example-queries.ts';
import { fuzzyTop } from './fuzzy.ts';
import { absenceOf, fittingFrom, likelyCauses, sourceState, totalsOf } from './sources.ts';
import { filterTargets, groupTargets, scrapeAgeMs } from './targets-model.ts';

const target = (pool: string, url: string, health: ActiveTarget['health'], lastError = ''): ActiveTarget => ({
  discoveredLabels: {},
  labels: { instance: url, job: pool },
  scrapePool: pool,
  scrapeUrl: url,
  globalUrl: url,
  lastError,
  lastScrape: '2026-11-20T12:00:00Z',
  lastScrapeDuration: 0.1,
  health,
  scrapeInterval: '15s',
  scrapeTimeout: '10s',
});

const source = (kind: IngestSource['kind'], more: Partial<IngestSource> = {}): IngestSource => ({
  kind,
  samplesTotal: 0,
  samplesPerSecond: 0,
  firstSeenMs: null,
  lastSeenMs: null,
  lastError: null,
  ...more,
});

describe('targets', () => {
  const targets = [
    target('a', 'http://1', 'up'),
    target('b', 'http://2', 'up'),
    target('b', 'http://3', 'down', 'connection refused'),
  ];

  it('are grouped with trouble first', () => {
    const groups = groupTargets(targets, [
      {
        pool: 'b',
        targets: [{ url: 'http://3', samplesScraped: 1, samplesKept: 1, bodyBytes: 1, seriesAdded: 0, recent: [] }],
      },
    ]);
    expect(groups.map(({ name, down }) => [name, down])).toEqual([
      ['b', 1],
      ['a', 0],
    ]);
    expect(groups[0]?.rows[0]?.target.health).toBe('down');
    expect(groups[0]?.rows[0]?.detail?.samplesKept).toBe(1);
  });

  it('are filtered by label, address and error', () => {
    expect(filterTargets(targets, 'refused', false)).toHaveLength(1);
    expect(filterTargets(targets, 'job="a"', false)).toHaveLength(1);
    expect(filterTargets(targets, '', true)).toHaveLength(1);
  });

  it('were never scraped while the time is zero', () => {
    expect(scrapeAgeMs({ ...targets[0], lastScrape: '0001-01-01T00:00:00Z' } as ActiveTarget, 0)).toBeNull();
  });
});

describe('sources', () => {
  it('are live, silent, failing or not in use', () => {
    expect(sourceState(source('scrape'), 0)).toBe('waiting');
    expect(sourceState(source('scrape', { lastSeenMs: 1_000 }), 5_000)).toBe('live');
    expect(sourceState(source('scrape', { lastSeenMs: 1_000 }), 500_000)).toBe('quiet');
    expect(sourceState(source('scrape', { lastSeenMs: 1_000, lastError: 'x' }), 5_000)).toBe('partly');
    expect(sourceState(source('scrape', { lastSeenMs: 1_000, lastError: 'x' }), 500_000)).toBe('failing');
    expect(sourceState(source('scrape', { lastError: 'x' }), 0)).toBe('failing');
  });

  it('add up', () => {
    const sources = [
      source('host', { samplesPerSecond: 2, samplesTotal: 10, lastSeenMs: 50, firstSeenMs: 10 }),
      source('self'),
    ];
    expect(totalsOf({ nowMs: 60, sources, rejected: [] })).toEqual({
      perSecond: 2,
      samples: 10,
      liveSources: 1,
      newestMs: 50,
      firstMs: 10,
    });
  });

  it('say why there is nothing: off, only just started, failing, or no reason known', () => {
    const titleOf = (more: Partial<IngestSource>, nowMs: number): string | undefined =>
      absenceOf('host', { nowMs, sources: [source('host', more)], rejected: [] }, 0)?.title;
    expect(titleOf({}, 5_000)).toBe('Waiting for the first samples.');
    expect(titleOf({}, 120_000)).toBe('The host collector is off.');
    expect(titleOf({ lastError: 'no /proc' }, 5_000)).toBe('The host collector fails.');
    expect(titleOf({ firstSeenMs: 1_000, lastSeenMs: 1_000 }, 5_000)).toBe('Not enough samples yet.');
    expect(titleOf({ firstSeenMs: 1_000, lastSeenMs: 400_000 }, 400_000)).toBeUndefined();
    expect(absenceOf('host', null, 0)).toBeNull();
  });

  it('young data gets a short range', () => {
    expect(fittingFrom(30_000)).toBe('now-2m');
    expect(fittingFrom(86_400_000)).toBe('now-1h');
  });

  it('explains refusals before guesses', () => {
    const [first, , third] = likelyCauses([{ source: 'remote_write', reason: 'too_old', count: 7 }], undefined);
    expect(first?.title).toContain('too old');
    expect(first?.fix).toContain('clock');
    expect(third).toBeDefined();
  });
});

describe('the catalog', () => {
  const types = {
    http_seconds: [{ type: 'histogram', help: 'How long', unit: '' }],
    jobs_total: [{ type: 'counter', help: 'Jobs done', unit: '' }],
  };
  const entries = catalogEntries(['http_seconds_bucket', 'jobs_total', 'odd'], types);

  it('finds the metadata of a histogram by its family', () => {
    expect(entries[0]).toEqual({ name: 'http_seconds_bucket', type: 'histogram', unit: 'seconds', help: 'How long' });
    expect(entries[2]?.type).toBe('unknown');
  });

  it('searches names and help', () => {
    expect(filterCatalog(entries, 'done', '').map(({ name }) => name)).toEqual(['jobs_total']);
    expect(filterCatalog(entries, '', 'histogram')).toHaveLength(1);
  });

  it('opens each type with a query that makes sense', () => {
    expect(entries.map(catalogQuery)).toEqual([
      'histogram_quantile(0.95, sum by (le) (rate(http_seconds_bucket[$__rate_interval])))',
      'rate(jobs_total[$__rate_interval])',
      'odd',
    ]);
  });

  it('builds examples only from metrics that exist', () => {
    const examples = exampleQueries(['jobs_total', 'up'], types);
    expect(examples.map(({ expr }) => expr)).toEqual(['up', 'sum(rate(jobs_total[$__rate_interval]))']);
  });
});

describe('the palette', () => {
  it('ranks starts of words first and forgives skipped letters', () => {
    const names = ['process_http_requests', 'http_requests_total', 'go_gc'];
    expect(fuzzyTop(names, 'http req', (name) => name, 5)[0]).toBe('http_requests_total');
    expect(fuzzyTop(names, 'xyz', (name) => name, 5)).toEqual([]);
    expect(fuzzyTop(['Metric catalog'], 'catalg', (name) => name, 5)).toHaveLength(1);
  });
});
