/**
 * Letters as strokes, for pictures made where no font may be installed: what numbers and times on axes need. Strokes are points on a
 * grid 4 wide and 6 high, x and y by turns, y downwards.
 */
type Glyph = readonly (readonly number[])[];

const GLYPHS: Readonly<Record<string, Glyph>> = {
  '0': [[1, 0, 3, 0, 4, 1, 4, 5, 3, 6, 1, 6, 0, 5, 0, 1, 1, 0]],
  '1': [
    [0.8, 1.2, 2.2, 0, 2.2, 6],
    [0.8, 6, 3.6, 6],
  ],
  '2': [[0, 1.2, 1, 0, 3, 0, 4, 1, 4, 2, 0, 6, 4, 6]],
  '3': [
    [0, 0.8, 1, 0, 3, 0, 4, 1, 4, 2, 3, 2.9, 1.6, 2.9],
    [3, 2.9, 4, 3.8, 4, 5, 3, 6, 1, 6, 0, 5.2],
  ],
  '4': [[3, 6, 3, 0, 0, 4.2, 4, 4.2]],
  '5': [[3.8, 0, 0.4, 0, 0.2, 2.8, 1.2, 2.2, 3, 2.2, 4, 3.2, 4, 5, 3, 6, 1, 6, 0, 5.2]],
  '6': [[3.8, 0.8, 3, 0, 1, 0, 0, 1, 0, 5, 1, 6, 3, 6, 4, 5, 4, 3.8, 3, 2.8, 1, 2.8, 0, 3.8]],
  '7': [[0, 0, 4, 0, 1.6, 6]],
  '8': [
    [1, 0, 3, 0, 4, 1, 4, 2, 3, 2.9, 1, 2.9, 0, 2, 0, 1, 1, 0],
    [1, 2.9, 0, 3.8, 0, 5, 1, 6, 3, 6, 4, 5, 4, 3.8, 3, 2.9],
  ],
  '9': [[0.2, 5.2, 1, 6, 3, 6, 4, 5, 4, 1, 3, 0, 1, 0, 0, 1, 0, 2.2, 1, 3.2, 3, 3.2, 4, 2.2]],
  '.': [[1, 5.7, 1, 6]],
  ':': [
    [1, 1.8, 1, 2.1],
    [1, 4.9, 1, 5.2],
  ],
  '-': [[0.6, 3, 3.4, 3]],
  '+': [
    [2, 1.4, 2, 4.6],
    [0.4, 3, 3.6, 3],
  ],
  e: [[0.2, 4, 4, 4, 4, 3, 3, 2, 1, 2, 0, 3, 0, 5, 1, 6, 3.6, 5.8]],
  k: [
    [0, 0, 0, 6],
    [3.6, 2, 0, 4.6],
    [1.4, 3.7, 3.8, 6],
  ],
  M: [[0, 6, 0, 0, 2, 3.4, 4, 0, 4, 6]],
  G: [[4, 1, 3, 0, 1, 0, 0, 1, 0, 5, 1, 6, 3, 6, 4, 5, 4, 3.2, 2.4, 3.2]],
  T: [
    [0, 0, 4, 0],
    [2, 0, 2, 6],
  ],
};

const NARROW = new Set(['.', ':']);
const HEIGHT = 6;
const SPACE = 1.8;

/** Strokes of the text, x and y by turns, from (0, 0) at the left end of the baseline. Unknown characters leave a gap. */
export function strokesOf(
  text: string,
  size: number,
): { readonly strokes: readonly number[][]; readonly width: number } {
  const unit = size / HEIGHT;
  const strokes: number[][] = [];
  let x = 0;
  for (const char of text) {
    for (const stroke of GLYPHS[char] ?? []) {
      strokes.push(stroke.map((value, index) => (index % 2 === 0 ? x + value : value - HEIGHT) * unit));
    }
    x += (NARROW.has(char) ? 2 : 4) + SPACE;
  }
  return { strokes, width: Math.max(0, x - SPACE) * unit };
}
