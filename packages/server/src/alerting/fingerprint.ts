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
    addText(state, text);
    add(state, 255);
  }
  return Array.from(state)
    .reverse()
    .map((word) => word.toString(16).padStart(4, '0'))
    .join('');
}

function addText(state: Uint16Array, text: string): void {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 128) add(state, code);
    else {
      for (const byte of encoder.encode(text.slice(at))) add(state, byte);
      return;
    }
  }
}

/** One byte into the hash: four words of 16 bits, low first, times the prime 0x100000001b3. */
function add(state: Uint16Array, byte: number): void {
  const w1 = state[1] as number;
  const w2 = state[2] as number;
  const w3 = state[3] as number;
  const a = (state[0] as number) ^ byte;
  const low = a * 0x1b3;
  const second = w1 * 0x1b3 + (low >>> 16);
  const third = w2 * 0x1b3 + a * 0x100 + (second >>> 16);
  const fourth = w3 * 0x1b3 + w1 * 0x100 + (third >>> 16);
  state[0] = low;
  state[1] = second;
  state[2] = third;
  state[3] = fourth;
}
