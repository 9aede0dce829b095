/** A canvas of pixels with smooth lines: each pixel is covered by how near its centre is to the middle of the line. */

export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue of each pixel, row by row. */
  readonly pixels: Buffer;
  /** How much of each pixel the line that is being drawn covers, 0 to 255; 0 between lines. */
  readonly cover: Uint8Array;
}

type Rgb = readonly [red: number, green: number, blue: number];

export function createCanvas(width: number, height: number, background: string): Canvas {
  const pixels = Buffer.alloc(width * height * 3);
  const [red, green, blue] = rgbOf(background);
  for (let at = 0; at < pixels.length; at += 3) {
    pixels[at] = red;
    pixels[at + 1] = green;
    pixels[at + 2] = blue;
  }
  return { width, height, pixels, cover: new Uint8Array(width * height) };
}

/** Lines between points, x and y by turns. Joints are round, and no darker than the rest. */
export function strokeLine(canvas: Canvas, points: readonly number[], lineWidth: number, color: string): void {
  const touched: number[] = [];
  for (let at = 0; at + 3 < points.length; at += 2) {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = points.slice(at, at + 4);
    coverSegment(canvas, [x1, y1, x2, y2], lineWidth / 2, touched);
  }
  paint(canvas, touched, color);
}

export function fillDot(canvas: Canvas, x: number, y: number, radius: number, color: string): void {
  const touched: number[] = [];
  coverSegment(canvas, [x, y, x, y], radius, touched);
  paint(canvas, touched, color);
}

type Segment = readonly [x1: number, y1: number, x2: number, y2: number];

/** Looks, in each row, only at pixels near the part of the segment that passes the row: steep lines are long and narrow. */
function coverSegment(canvas: Canvas, segment: Segment, radius: number, touched: number[]): void {
  const { width, height, cover } = canvas;
  const [x1, y1, x2, y2] = segment;
  const reach = radius + 0.5;
  const [dx, dy] = [x2 - x1, y2 - y1];
  const square = dx * dx + dy * dy;
  const top = Math.max(0, Math.floor(Math.min(y1, y2) - reach));
  const bottom = Math.min(height - 1, Math.ceil(Math.max(y1, y2) + reach));
  for (let row = top; row <= bottom; row++) {
    const py = row + 0.5 - y1;
    const [from, to] = [along((py - reach) / dy, 0), along((py + reach) / dy, 1)];
    const [xa, xb] = [x1 + dx * from, x1 + dx * to];
    const left = Math.max(0, Math.floor(Math.min(xa, xb) - reach));
    const right = Math.min(width - 1, Math.ceil(Math.max(xa, xb) + reach));
    for (let column = left; column <= right; column++) {
      const px = column + 0.5 - x1;
      const nearest = square === 0 ? 0 : clamp((px * dx + py * dy) / square);
      const [ox, oy] = [px - nearest * dx, py - nearest * dy];
      const share = reach - Math.sqrt(ox * ox + oy * oy);
      if (share <= 0) continue;
      const amount = share >= 1 ? 255 : Math.ceil(share * 255);
      const pixel = row * width + column;
      const before = cover[pixel] ?? 0;
      if (before === 0) touched.push(pixel);
      if (amount > before) cover[pixel] = amount;
    }
  }
}

/** A place along a segment; of a level one every row sees all. */
function along(place: number, whenLevel: number): number {
  return Number.isFinite(place) ? clamp(place) : whenLevel;
}

function clamp(value: number): number {
  return Math.min(Math.max(value, 0), 1);
}

function paint({ pixels, cover }: Canvas, touched: readonly number[], color: string): void {
  const [red, green, blue] = rgbOf(color);
  for (const pixel of touched) {
    const share = (cover[pixel] ?? 0) / 255;
    const at = pixel * 3;
    pixels[at] = mix(pixels[at], red, share);
    pixels[at + 1] = mix(pixels[at + 1], green, share);
    pixels[at + 2] = mix(pixels[at + 2], blue, share);
    cover[pixel] = 0;
  }
}

function mix(under: number | undefined, over: number, share: number): number {
  const base = under ?? 0;
  return Math.round(base + (over - base) * share);
}

/** @param color `#rrggbb` */
function rgbOf(color: string): Rgb {
  const value = Number.parseInt(color.slice(1), 16);
  return [(value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff];
}
