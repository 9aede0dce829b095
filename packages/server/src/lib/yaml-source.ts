/** A named text and the way from an offset in it to line and column. */
import type { Position } from './diagnostic.ts';
import type { Span } from './yaml-node.ts';

export class YamlSource {
  /** As the user named it. */
  readonly file: string;
  readonly text: string;
  readonly #lineStarts: readonly number[];

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    const starts = [0];
    for (let i = text.indexOf('\n'); i !== -1; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
    this.#lineStarts = starts;
  }

  position(offset: number): Position {
    const starts = this.#lineStarts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] as number) + 1 };
  }

  /** Start and end of a span; a span over several lines ends with its first line, because a caret run is one line. */
  range(span: Span): { start: Position; end: Position } {
    const newline = this.text.indexOf('\n', span.start);
    const lineEnd = newline === -1 ? this.text.length : newline;
    const end = Math.max(span.start + 1, Math.min(span.end, lineEnd));
    const start = this.position(span.start);
    return { start, end: { line: start.line, column: start.column + end - span.start } };
  }

  /** Offset of the first character of a line, counted from 1. */
  lineStart(line: number): number {
    return this.#lineStarts[line - 1] ?? this.text.length;
  }

  /** Text of a line, counted from 1, without its line break. */
  line(line: number): string {
    const start = this.lineStart(line);
    const newline = this.text.indexOf('\n', start);
    return this.text.slice(start, newline === -1 ? undefined : newline).replace(/\r$/, '');
  }
}
