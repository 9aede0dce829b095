import { expect, test } from 'vitest';
import { negotiate, takesGzip } from './negotiation.ts';

test.each([
  [undefined, 'text'],
  ['', 'text'],
  ['*/*', 'text'],
  ['text/html,application/xhtml+xml,*/*;q=0.8', 'text'],
  ['text/plain;version=0.0.4', 'text'],
  ['application/openmetrics-text', 'openmetrics'],
  ['application/openmetrics-text; version=1.0.0; charset=utf-8', 'openmetrics'],
  ['application/openmetrics-text;version=2.0.0', 'text'],
  ['application/openmetrics-text;q=0', 'text'],
  ['application/openmetrics-text;q=0.2,text/plain;version=0.0.4;q=0.9', 'text'],
  ['text/plain;version=1.0.0;q=0.9,application/openmetrics-text;q=0.2,*/*;q=0.1', 'openmetrics'],
  // What Prometheus 2.42 and 3 send.
  [
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
    'openmetrics',
  ],
  [
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
    'openmetrics',
  ],
  [`application/openmetrics-text,${'x'.repeat(5000)}`, 'text'],
])('Accept %s gets %s', (accept, format) => {
  expect(negotiate(accept)).toBe(format);
});

test.each([
  [undefined, false],
  ['identity', false],
  ['gzip', true],
  ['br;q=1.0, gzip;q=0.5', true],
  ['gzip;q=0', false],
])('Accept-Encoding %s: %s', (encoding, isTaken) => {
  expect(takesGzip(encoding)).toBe(isTaken);
});
