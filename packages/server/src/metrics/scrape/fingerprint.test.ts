import { compileAnchored, Labels } from '@sightline/model';
import { expect, test } from 'vitest';
import { fingerprint } from './fingerprint.ts';

test('equal configurations have equal fingerprints, different ones have not', () => {
  const config = (regex: string, modulus: bigint) => ({
    regex: compileAnchored(regex),
    modulus,
    labels: Labels.fromObject({ a: 'b' }),
  });
  expect(fingerprint(config('a.*', 1n))).toBe(fingerprint(config('a.*', 1n)));
  expect(fingerprint(config('a.*', 1n))).not.toBe(fingerprint(config('a.+', 1n)));
  expect(fingerprint(config('a.*', 1n))).not.toBe(fingerprint(config('a.*', 2n)));
});

test('secrets are told apart as objects, their values stay out', () => {
  const secret = () => ({ read: async () => 'value', toJSON: () => '<secret>' });
  const one = secret();
  expect(fingerprint({ password: one })).toBe(fingerprint({ password: one }));
  expect(fingerprint({ password: one })).not.toBe(fingerprint({ password: secret() }));
  expect(fingerprint({ password: one })).not.toContain('value');
});
