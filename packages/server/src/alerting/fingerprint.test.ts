import { Labels } from '@sightline/model';
import { expect, test } from 'vitest';
import { fingerprintOf } from './fingerprint.ts';

function expected(labels: Record<string, string>): string {
  let hash = 0xcbf29ce484222325n;
  const add = (byte: number) => {
    hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  };
  for (const [name, value] of Labels.fromObject(labels)) {
    for (const text of [name, value]) {
      for (const byte of Buffer.from(text)) add(byte);
      add(255);
    }
  }
  return hash.toString(16).padStart(16, '0');
}

test.each<Record<string, string>>([
  {},
  { alertname: 'Down' },
  { alertname: 'HighLatency', instance: 'localhost:9090', severity: 'critical', zone: 'é\u{1f600}' },
  Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`label_${i}`, 'x'.repeat(i + 1)])),
])('the hash is FNV-1a of 64 bits: %j', (labels) => {
  expect(fingerprintOf(Labels.fromObject(labels))).toBe(expected(labels));
});

test('no labels give the offset basis', () => {
  expect(fingerprintOf(Labels.EMPTY)).toBe('cbf29ce484222325');
});
