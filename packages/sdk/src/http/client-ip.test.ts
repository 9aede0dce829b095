import { expect, it } from 'vitest';
import { Problems } from '../lib/problems.ts';
import { createClientIp, type TrustProxy } from './client-ip.ts';
import { peerAddress } from './peer.ts';

function read(trust: TrustProxy, forwardedFor: string | undefined, peer = '10.0.0.9'): string {
  const problems = new Problems();
  const readIp = createClientIp(trust, problems);
  expect(problems.found).toEqual([]);
  return readIp(forwardedFor, peer);
}

it.each<[TrustProxy, string | undefined, string]>([
  // Nobody in front is trusted: the header is a claim of the client.
  [false, '1.2.3.4', '10.0.0.9'],
  [0, '1.2.3.4', '10.0.0.9'],
  [true, undefined, '10.0.0.9'],
  [true, '1.2.3.4, 5.6.7.8', '1.2.3.4'],
  // The last entry was written by the one proxy, those before it by whoever.
  [1, '6.6.6.6, 1.2.3.4', '1.2.3.4'],
  [2, '6.6.6.6, 1.2.3.4', '6.6.6.6'],
  [['10.0.0.0/8'], '6.6.6.6, 1.2.3.4, 10.1.1.1', '1.2.3.4'],
  [['10.0.0.9'], '1.2.3.4', '1.2.3.4'],
  [['192.168.0.0/16'], '1.2.3.4', '10.0.0.9'],
  [1, '[2001:db8::1]:4711', '2001:db8::1'],
  [1, '1.2.3.4:4711', '1.2.3.4'],
  // What is no address ends the walk: it must not become a label or a line.
  [true, 'unknown', '10.0.0.9'],
  [true, '<script>, 1.2.3.4', '1.2.3.4'],
  [true, '', '10.0.0.9'],
])('trusting %j, "%s" comes from %s', (trust, header, expected) => {
  expect(read(trust, header)).toBe(expected);
});

it('walks over a long header within bounds', () => {
  expect(read(true, Array.from({ length: 10_000 }, () => '1.1.1.1').join(','))).toBe('1.1.1.1');
});

it('names every wrong network', () => {
  const problems = new Problems();
  createClientIp(['10.0.0.0/33', 'proxy', '::1/64'], problems);
  createClientIp(-1, problems);
  expect(problems.found).toHaveLength(3);
  expect(problems.found[0]).toContain('http.trustProxy: "10.0.0.0/33" is not an address or network');
});

it('shows IPv4 clients of a dual-stack listener as IPv4', () => {
  expect(peerAddress({ remoteAddress: '::ffff:127.0.0.1' })).toBe('127.0.0.1');
  expect(peerAddress({ remoteAddress: '2001:db8::1' })).toBe('2001:db8::1');
  expect(peerAddress(undefined)).toBe('');
});
