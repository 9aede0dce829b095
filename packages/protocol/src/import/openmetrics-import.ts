/**
 * OpenMetrics files, as `promtool tsdb create-blocks-from openmetrics` takes them, as chunks of text 0.0.4 for an import over
 * HTTP: seconds become milliseconds. Exemplars have no place in that text; they are counted and left out.
 */
import { formatFloat, type MetricType } from '@sightline/model';
import { ExpositionError, expositionError } from '../exposition/exposition-error.ts';
import { parseExposition } from '../exposition/parse.ts';
import type { ExpositionSink } from '../exposition.ts';
import { lineChunks } from './line-chunks.ts';

export interface ImportChunk {
  /** Text 0.0.4 with a timestamp on every line. */
  readonly body: Buffer;
  readonly samples: number;
  /** Exemplars left out of this chunk. */
  readonly exemplars: number;
  /** Bytes of the source up to the end of this chunk, for a progress bar. */
  readonly bytesRead: number;
}

const OPTIONS = { chunkBytes: 1024 * 1024, maxLineBytes: 1024 * 1024 };
const EOF_LINE = Buffer.from('# EOF\n');

/** The types that text 0.0.4 has; the others become untyped. */
const TEXT_TYPES: ReadonlySet<MetricType> = new Set(['counter', 'gauge', 'histogram', 'summary']);

/**
 * @throws ExpositionError (from the generator) with the line of the file: at bad text, at a sample without a timestamp, as
 *   promtool does, and when the file does not end with `# EOF`
 */
export async function* openMetricsToImportChunks(
  stream: AsyncIterable<Uint8Array>,
): AsyncGenerator<ImportChunk, void, undefined> {
  let isEnded = false;
  let last: { lines: number; body: Buffer } = { lines: 0, body: Buffer.alloc(0) };
  for await (const { body, linesBefore, bytesRead } of lineChunks(stream, OPTIONS)) {
    if (isEnded) throw expositionError(body, 0, 'exposition_eof', 'unexpected data after "# EOF"').shifted(linesBefore);
    isEnded = endsWithEof(body);
    last = { lines: linesBefore, body };
    yield { ...convert(isEnded ? body : Buffer.concat([body, EOF_LINE]), linesBefore), bytesRead };
  }
  if (isEnded) return;
  const { body, lines } = last;
  throw expositionError(body, body.length, 'exposition_eof', 'expected "# EOF" at the end of the file').shifted(lines);
}

function endsWithEof(body: Buffer): boolean {
  const tail = body.toString('latin1', Math.max(0, body.length - 7));
  return body.length <= 6 ? /^# EOF\n?$/.test(tail) : /\n# EOF\n?$/.test(tail);
}

function convert(body: Buffer, linesBefore: number): Omit<ImportChunk, 'bytesRead'> {
  const out: string[] = [];
  let samples = 0;
  let exemplars = 0;
  const sink: ExpositionSink = {
    sample(start, end, value, timestampMs) {
      if (Number.isNaN(timestampMs)) {
        throw expositionError(body, start, 'exposition_number', 'expected a timestamp in seconds: history needs one');
      }
      samples++;
      out.push(`${body.toString('utf8', start, end)} ${formatFloat(value)} ${formatFloat(timestampMs)}\n`);
    },
    exemplar() {
      exemplars++;
    },
    type: (metric, type) => out.push(`# TYPE ${nameText(metric)} ${TEXT_TYPES.has(type) ? type : 'untyped'}\n`),
    help: (metric, help) => out.push(`# HELP ${nameText(metric)} ${escapeHelp(help)}\n`),
  };
  try {
    parseExposition(body, 'openmetrics', sink);
  } catch (error) {
    throw error instanceof ExpositionError ? error.shifted(linesBefore) : error;
  }
  return { body: Buffer.from(out.join('')), samples, exemplars };
}

function nameText(name: string): string {
  return /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name) ? name : `"${escapeHelp(name).replaceAll('"', '\\"')}"`;
}

function escapeHelp(text: string): string {
  return text.replace(/[\\\n]/g, (char) => (char === '\n' ? '\\n' : '\\\\'));
}
