import { crc32, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { GraphInput } from './graph-input.ts';
import { renderPng } from './png.ts';
import { buildScene } from './scene.ts';
import { renderSvg } from './svg.ts';
import { formatValue, timeTicks, valueTicks } from './ticks.ts';

const START = Date.UTC(2026, 2, 2, 11);
const MINUTE = 60_000;
const times = Array.from({ length: 121 }, (_, index) => START + (index * MINUTE) / 2);
const input: GraphInput = {
  startMs: START,
  endMs: START + 60 * MINUTE,
  maxGapMs: 2 * MINUTE,
  threshold: 1,
  markMs: START + 40 * MINUTE,
  series: [
    {
      name: 'a',
      timesMs: times,
      values: times.map((_, index) => (index < 80 ? 0.2 : 1.4) + Math.sin(index / 5) * 0.1),
    },
    { name: 'b', timesMs: times, values: times.map((_, index) => (index > 50 && index < 60 ? Number.NaN : 0.5)) },
    { name: 'c', timesMs: [START + MINUTE], values: [0.8] },
  ],
};

describe('ticks', () => {
  it.each([
    [0, 1, [0, 0.25, 0.5, 0.75, 1]],
    [0.2, 1.5, [0, 0.5, 1, 1.5]],
    [-3, 12, [-5, 0, 5, 10, 15]],
    [1e-7, 3e-7, [1e-7, 1.5e-7, 2e-7, 2.5e-7, 3e-7]],
  ])('of %d to %d', (min, max, expected) => {
    expect(valueTicks(min, max, 4)).toEqual(expected);
  });

  it.each([
    [0, '0'],
    [1500, '1.5k'],
    [-2_500_000, '-2.5M'],
    [0.05, '0.05'],
    [0.00001, '1.0e-5'],
    [3e15, '3.0e+15'],
  ])('%d is written %s', (value, expected) => {
    expect(formatValue(value)).toBe(expected);
  });

  it('of times are round', () => {
    const ticks = timeTicks(START + 1, START + 60 * MINUTE, 8);
    expect(ticks.map((tick) => (tick - START) / MINUTE)).toEqual([10, 20, 30, 40, 50, 60]);
  });
});

describe('the scene', () => {
  const scene = buildScene(input, { width: 600, height: 200 });

  it('connects neighbours, leaves gaps and shows lone values', () => {
    const blue = scene.shapes.filter(({ kind, color }) => kind === 'line' && color === '#0072b2');
    const orange = scene.shapes.filter(({ kind, color }) => kind === 'line' && color === '#d55e00');
    expect([blue.length, orange.length]).toEqual([1, 2]);
    expect(scene.shapes.filter(({ kind }) => kind === 'dot')).toHaveLength(1);
  });

  it('keeps inside the picture', () => {
    for (const shape of scene.shapes) {
      if (shape.kind !== 'line') continue;
      for (const [index, value] of shape.points.entries()) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(index % 2 === 0 ? 600 : 200);
      }
    }
  });

  it('is there without values, and with equal ones', () => {
    const times = { startMs: START, endMs: START + MINUTE, maxGapMs: MINUTE };
    const empty = buildScene({ ...times, series: [] }, { width: 600, height: 200 });
    const flat = { name: 'f', timesMs: [START, START + MINUTE], values: [7, 7] };
    const equal = buildScene({ ...times, series: [flat] }, { width: 600, height: 200 });
    for (const { shapes } of [empty, equal]) {
      expect(shapes.filter(({ kind }) => kind === 'text').length).toBeGreaterThan(3);
      expect(JSON.stringify(shapes)).not.toContain('null');
    }
  });

  it('becomes SVG', () => {
    const svg = renderSvg(scene);
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="600" height="200"/);
    expect(svg).toContain('>11:40</text>');
    expect(svg).not.toContain('NaN');
  });

  it('becomes PNG', async () => {
    const png = await renderPng(scene);
    const chunks = chunksOf(png);
    expect(chunks.map(({ type }) => type)).toEqual(['IHDR', 'IDAT', 'IEND']);
    expect([chunks[0]?.data.readUInt32BE(0), chunks[0]?.data.readUInt32BE(4)]).toEqual([1200, 400]);
    const rows = inflateSync(chunks[1]?.data ?? Buffer.alloc(0));
    expect(rows.length).toBe(400 * (1200 * 3 + 1));
    // The background is white, and somewhere is the pure colour of the first series.
    expect([...rows.subarray(1, 4)]).toEqual([255, 255, 255]);
    expect(rows.includes(Buffer.from([0x00, 0x72, 0xb2]))).toBe(true);
    expect(png.length).toBeLessThan(60_000);
  });
});

function chunksOf(png: Buffer): { type: string; data: Buffer }[] {
  const chunks: { type: string; data: Buffer }[] = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const body = png.subarray(at + 4, at + 8 + length);
    expect(png.readUInt32BE(at + 8 + length)).toBe(crc32(body));
    chunks.push({ type: body.subarray(0, 4).toString('latin1'), data: body.subarray(4) });
    at += length + 12;
  }
  return chunks;
}
