import { expect, it } from 'vitest';
import { type HttpOptions, resolveHttp } from './options.ts';

const ignores = (options: HttpOptions, path: string) => resolveHttp(options).isIgnored(path, 'GET');

it.each([
  ['/health', true],
  ['/health/live', true],
  ['/metrics', true],
  ['/metrics/json', true],
  ['/favicon.ico', true],
  ['/', false],
  ['/healthy', false],
  ['/api/health', false],
])('ignores %s by default: %s', (path, expected) => {
  expect(ignores({}, path)).toBe(expected);
});

it('takes own paths, folders, expressions and functions instead', () => {
  const ignore = ['/ping', '/internal/*', /^\/v\d+\/probe$/g];
  expect(['/ping', '/internal/a/b', '/v2/probe', '/v2/probe'].map((path) => ignores({ ignore }, path))).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(['/health', '/internal', '/pings'].map((path) => ignores({ ignore }, path))).toEqual([false, false, false]);
  expect(ignores({ ignore: (path, method) => method === 'GET' && path === '/x' }, '/x')).toBe(true);
});

it.each<[readonly (string | RegExp)[] | undefined, string, boolean]>([
  [undefined, 'stranger.example', true],
  [[], 'api.internal', false],
  [['api.internal'], 'api.internal:8080', true],
  [['api.internal:8080'], 'api.internal:9090', false],
  [['*.shop.local'], 'cart.shop.local', true],
  [['*.shop.local'], 'shop.local.evil.example', false],
  [['*.shop.local'], 'evilshop.local', false],
  [[/^10\./], '10.1.2.3:80', true],
])('with hosts %j, %s gets the headers: %s', (hosts, host, expected) => {
  expect(resolveHttp({ client: { hosts } }).client?.isOpenTo(host)).toBe(expected);
});

it('lists every mistake at once', () => {
  const wrong = {
    responseHeaders: ['x-request-id', 'x-secret'],
    trustProxy: ['nowhere'],
    accessLog: { slowMs: -1, headers: ['Cookie', 'accept', 'X-Api-Key'] },
  } as unknown as HttpOptions;
  expect(() => resolveHttp(wrong)).toThrow(
    /http\.responseHeaders: "x-secret"[\s\S]*http\.trustProxy: "nowhere"[\s\S]*slowMs: -1[\s\S]*"cookie" carries secrets[\s\S]*"x-api-key"/,
  );
});
