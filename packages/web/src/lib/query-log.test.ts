import type { QueryIdentity } from '@sightline/api-types';
import { describe, expect, it } from 'vitest';
import { metricsPatch, programName, splitParts, splitText } from './query-log.ts';

const query = (more: Partial<QueryIdentity> = {}): QueryIdentity => ({
  id: '1',
  text: 'up',
  kind: 'range',
  startMs: 1_000_000,
  endMs: 4_600_000,
  stepMs: 15_000,
  client: { address: '127.0.0.1', userAgent: '' },
  startedMs: 0,
  ...more,
});

describe('the query log', () => {
  it('tells where the time went, in the order in which it happened', () => {
    const parts = { write: 1, read: 4, wait: 0, eval: 2.5 };
    expect(splitParts(parts).map(({ name }) => name)).toEqual(['read', 'eval', 'write']);
    expect(splitParts(parts, true).map(({ name }) => name)).toEqual(['wait', 'read', 'eval', 'write']);
    expect(splitText(parts)).toMatch(/^reading 4\sms, computing 2.5\sms, sending 1\sms$/);
    expect(splitText({ read: 0 })).toBe('no time');
  });

  it('leads to the Metrics page over the same time', () => {
    expect(metricsPatch(query())).toEqual({ q: ['up'], from: '1000000', to: '4600000', step: '15s', view: null });
    expect(metricsPatch(query({ kind: 'instant', startMs: 4_600_000, stepMs: 0 }))).toEqual({
      q: ['up'],
      from: '1000000',
      to: '4600000',
      step: null,
      view: 'table',
    });
    expect(metricsPatch(query({ kind: 'explain' }))).toMatchObject({ view: 'explain' });
    expect(metricsPatch(query({ text: 'a'.repeat(4_000) }))).toBeNull();
  });

  it('names programs in two words', () => {
    const chrome =
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
    const safari = 'Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15';
    expect(
      [
        chrome,
        chrome.replace('Chrome', 'HeadlessChrome'),
        safari,
        'Grafana/12.1.0',
        'curl/8.5.0',
        'my-script 1.0',
        '',
      ].map(programName),
    ).toEqual(['Chrome 140', 'Chrome 140', 'Safari 18', 'Grafana/12.1.0', 'curl/8.5.0', 'my-script', '']);
  });
});
