/**
 * `sightline import prometheus|openmetrics FILE`: sends a file of exposition text to a running server, chunk by chunk. A chunk
 * counts as done when the server has stored it; sending one again changes nothing, so an import can be repeated or resumed.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { request, serverUrl } from '../api-client.ts';
import type { CliContext } from '../context.ts';
import { CliError } from '../errors.ts';
import { createProgress, formatBytes, formatCount, formatSeconds } from '../render/progress.ts';
import { type Chunk, readChunks } from './import-chunks.ts';
import { addServerOption, type ServerOption } from './server-option.ts';

type ImportFormat = 'prometheus' | 'openmetrics';

interface ImportOptions extends ServerOption {
  readonly fromLine: number;
}

const CHUNK_BYTES = 4 * 1024 * 1024;
/** One is parsed and stored while the next is on its way. */
const IN_FLIGHT = 2;
const MAX_TRIES = 8;
const CONTENT_TYPES: Readonly<Record<ImportFormat, string>> = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

const EXAMPLES = `
Samples keep their timestamps; a sample without one gets the time of its arrival.
Sending a file twice stores it once.

Examples:
  sightline import openmetrics history.om
  sightline import prometheus --from-line 1200001 metrics.txt
  zcat metrics.txt.gz | sightline import prometheus -`;

export function addImportCommand(program: Command, context: CliContext): void {
  const group = program.command('import').description('load a file of metrics into a running server');
  for (const format of ['prometheus', 'openmetrics'] as const) {
    const what = format === 'prometheus' ? 'Prometheus text (timestamps in ms)' : 'OpenMetrics text (timestamps in s)';
    const command = group
      .command(format)
      .description(`load ${what}`)
      .argument('<file>', 'file to load, - for standard input')
      .option('--from-line <number>', 'start at this line of the file', parseLine, 1);
    addServerOption(command)
      .addHelpText('after', EXAMPLES)
      .action((file: string, options: ImportOptions) => runImport(format, file, options, context));
  }
}

function parseLine(text: string): number {
  const line = Number(text);
  if (Number.isSafeInteger(line) && line >= 1) return line;
  throw new CliError('usage', `--from-line cannot be "${text}"`, { hint: 'lines are counted from 1' });
}

async function runImport(
  format: ImportFormat,
  file: string,
  options: ImportOptions,
  context: CliContext,
): Promise<void> {
  const input = await openInput(file);
  const sender = new ChunkSender(new URL('api/v1/import/prometheus', serverUrl(options.server)), format, file);
  const progress = createProgress({
    write: context.stderr,
    isTerminal: context.isErrorTerminal,
    columns: context.columns,
    nowMs: () => performance.now(),
  });
  const startedMs = performance.now();
  const totals = { doneBytes: 0, samples: 0, doneLine: options.fromLine - 1 };
  const interrupted = onInterrupt();
  try {
    // Chunks are acknowledged in order, so everything up to `doneLine` is stored.
    const running: { chunk: Chunk; sent: Promise<void> }[] = [];
    const settleOldest = async () => {
      const oldest = running.shift();
      if (oldest === undefined) return;
      await Promise.race([oldest.sent, interrupted.promise]);
      totals.doneBytes = oldest.chunk.endByte;
      totals.samples += oldest.chunk.sampleCount;
      totals.doneLine = oldest.chunk.firstLine + oldest.chunk.lineCount - 1;
      progress.update({ ...totals, totalBytes: input.totalBytes });
    };
    for await (const chunk of readChunks(input.stream, CHUNK_BYTES, options.fromLine)) {
      const sent = sender.send(chunk, interrupted.signal);
      sent.catch(() => undefined);
      running.push({ chunk, sent });
      if (running.length >= IN_FLIGHT) await settleOldest();
    }
    while (running.length > 0) await settleOldest();
  } catch (error) {
    progress.finish();
    throw withResumeHint(error, totals.doneLine, format, file);
  } finally {
    interrupted.release();
  }
  progress.finish();
  const seconds = (performance.now() - startedMs) / 1e3;
  const rate = formatBytes(totals.doneBytes / Math.max(seconds, 1e-3));
  context.stderr(
    `imported ${formatCount(totals.samples)} samples, ${formatBytes(totals.doneBytes)} in ${formatSeconds(seconds)} (${rate}/s)\n`,
  );
  if (sender.note !== undefined) context.stderr(`warning: ${sender.note}\n`);
}

interface Input {
  readonly stream: AsyncIterable<Buffer>;
  readonly totalBytes: number | undefined;
}

async function openInput(file: string): Promise<Input> {
  if (file === '-') return { stream: process.stdin, totalBytes: undefined };
  try {
    const stats = await stat(file);
    if (stats.isDirectory()) throw new CliError('failed', `${file} is a directory`);
    return { stream: createReadStream(file, { highWaterMark: 1024 * 1024 }), totalBytes: stats.size };
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError('failed', `cannot read ${file}: ${(error as Error).message}`, { cause: error });
  }
}

class ChunkSender {
  readonly #url: URL;
  readonly #format: ImportFormat;
  readonly #file: string;
  /** What the server refused of chunks that it otherwise stored. */
  note: string | undefined;

  constructor(url: URL, format: ImportFormat, file: string) {
    this.#url = url;
    this.#format = format;
    this.#file = file;
  }

  /** Waits and sends again while the server is busy. @throws CliError when it refuses the chunk */
  async send(chunk: Chunk, signal: AbortSignal): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const response = await request(this.#url, {
        method: 'POST',
        body: new Uint8Array(this.#body(chunk)),
        headers: { 'content-type': CONTENT_TYPES[this.#format] },
        signal,
      });
      const text = (await response.text()).trim();
      if (response.ok) return;
      const isBusy = response.status === 429 || response.status === 503;
      if (!isBusy || attempt === MAX_TRIES) throw this.#refused(chunk, response.status, text);
      await pause((Number(response.headers.get('retry-after')) || attempt) * 1e3, signal);
    }
  }

  /** OpenMetrics ends with a marker, which every request needs. */
  #body({ body }: Chunk): Buffer {
    if (this.#format === 'prometheus' || /# EOF\s*$/.test(body.subarray(-16).toString('latin1'))) return body;
    const needsNewline = body[body.length - 1] !== 10;
    return Buffer.concat([body, Buffer.from(needsNewline ? '\n# EOF\n' : '# EOF\n')]);
  }

  #refused(chunk: Chunk, status: number, text: string): CliError {
    const message = errorText(text) || `the server answered ${status}`;
    const inFile = message.replace(/\bline (\d+)\b/, (_, line) => `line ${Number(line) + chunk.firstLine - 1}`);
    return new CliError('failed', `${this.#file}: ${inFile}`);
  }
}

/** The message of an error answer, which is JSON or plain text. */
function errorText(text: string): string {
  if (!text.startsWith('{')) return text;
  try {
    return (JSON.parse(text) as { error?: string }).error ?? text;
  } catch {
    return text;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
}

function withResumeHint(error: unknown, doneLine: number, format: ImportFormat, file: string): CliError {
  const message = error instanceof Error ? error.message : String(error);
  const own = error instanceof CliError && error.hint !== undefined ? `${error.hint}; ` : '';
  const done =
    doneLine === 0
      ? 'nothing was stored'
      : `lines up to ${formatCount(doneLine)} are stored, continue with --from-line ${doneLine + 1}`;
  const resume = file === '-' ? done : `${done} (sightline import ${format} --from-line ${doneLine + 1} ${file})`;
  return new CliError('failed', message, { hint: own + (doneLine === 0 ? done : resume), cause: error });
}

/** Ctrl-C ends the import with the line to go on from. */
function onInterrupt(): { promise: Promise<never>; signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const error = new CliError('failed', 'interrupted');
  const promise = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(error));
  });
  promise.catch(() => undefined);
  const onSignal = () => controller.abort(error);
  process.once('SIGINT', onSignal);
  return { promise, signal: controller.signal, release: () => process.off('SIGINT', onSignal) };
}
