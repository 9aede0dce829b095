/** A scene as a PNG: drawn in the process, without a font, a browser or a library. Format: https://www.w3.org/TR/png-3/ */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { crc32, deflate } from 'node:zlib';
import { strokesOf } from './glyphs.ts';
import { type Canvas, createCanvas, fillDot, strokeLine } from './raster.ts';
import type { Scene, Text } from './scene.ts';

const deflateAsync = promisify(deflate);
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Pixels for each unit of the scene: sharp on screens of high density. */
const SCALE = 2;
/** Drawn without a pause. */
const TURN_MS = 10;

/** Lets others run between shapes: a full graph takes some 50 ms. */
export async function renderPng(scene: Scene): Promise<Buffer> {
  const canvas = createCanvas(scene.width * SCALE, scene.height * SCALE, scene.background);
  let sinceMs = performance.now();
  for (const shape of scene.shapes) {
    if (performance.now() - sinceMs > TURN_MS) {
      await nextTurn();
      sinceMs = performance.now();
    }
    switch (shape.kind) {
      case 'line':
        strokeLine(
          canvas,
          shape.points.map((value) => value * SCALE),
          shape.width * SCALE,
          shape.color,
        );
        break;
      case 'dot':
        fillDot(canvas, shape.x * SCALE, shape.y * SCALE, shape.radius * SCALE, shape.color);
        break;
      case 'text':
        drawText(canvas, shape);
    }
  }
  return encode(canvas);
}

function drawText(canvas: Canvas, { text, size, x, baseline, anchor, color }: Text): void {
  const { strokes, width } = strokesOf(text, size * SCALE);
  const left = x * SCALE - (anchor === 'end' ? width : anchor === 'middle' ? width / 2 : 0);
  for (const stroke of strokes) {
    const points = stroke.map((value, index) => value + (index % 2 === 0 ? left : baseline * SCALE));
    strokeLine(canvas, points, SCALE, color);
  }
}

async function encode({ width, height, pixels }: Canvas): Promise<Buffer> {
  const rowBytes = width * 3;
  // Each row begins with its filter; none, since flat areas compress well as they are.
  const rows = Buffer.alloc((rowBytes + 1) * height);
  for (let row = 0; row < height; row++) {
    pixels.copy(rows, row * (rowBytes + 1) + 1, row * rowBytes, (row + 1) * rowBytes);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 8 bits for each of red, green and blue.
  header.set([8, 2, 0, 0, 0], 8);
  const data = await deflateAsync(rows);
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}
