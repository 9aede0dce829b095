/**
 * The fingerprint of a label set: FNV-1a, 64 bit, over names and values in order, each followed by the byte 255.
 * Source: prometheus/common model/signature.go.
 */
import type { Labels } from '@sightline/model';

const encoder = new TextEncoder();

/** 16 hex digits. */
export function fingerprintOf(labels: Labels): string {
  const state = new Uint16Array([0x2325, 0x8422, 0x9ce4, 0xcbf2]);
  for (const text of labels.flat) {
    for (const byte of encoder.encode(text)) add(state, byte);
    add(state, 255);
  }
  return Array.from(state)
    .reverse()
    .map((word) => word.toString(16).padStart(4, '0'))
    .join('');
}

/** One byte into the hash: four words of 16 bits, low first, times the prime 0x100000001b3. */
function add(state: Uint16Array, byte: number): void {
  const [w0 = 0, w1 = 0, w2 = 0, w3 = 0] = state;
  const a = w0 ^ byte;
  const low = a * 0x1b3;
  const second = w1 * 0x1b3 + (low >>> 16);
  const third = w2 * 0x1b3 + a * 0x100 + (second >>> 16);
  const fourth = w3 * 0x1b3 + w1 * 0x100 + (third >>> 16);
  state[0] = low;
  state[1] = second;
  state[2] = third;
  state[3] = fourth;
}
