/**
 * `sightline import prometheus|openmetrics FILE`: sends a file of exposition text to a running server, piece by piece. A piece
 * counts as done when the server has stored it; sending one again changes nothing, so an import can be repeated or resumed.
 */
import type { Command } from 'commander';
import { serverUrl } from '../api-client.ts';
import type { CliContext } from '../context.ts';
import { CliError, EXIT, ExitRequest } from '../errors.ts';
import { createProgress, formatBytes, formatCount, formatSeconds } from '../render/progress.ts';
import { sendPiece, type SentPiece } from './import-sender.ts';
import { type ImportFormat, type ImportPiece, type ImportSource, openImportSource } from './import-source.ts';
import { addServerOption, type ServerOption } from './server-option.ts';

interface ImportOptions extends ServerOption {
  readonly fromByte: number;
}

/** One piece is parsed and stored while the next is on its way. */
const IN_FLIGHT = 2;

const EXAMPLES = `
Samples keep their timestamps. Sending a file twice stores it once.

Examples:
  sightline import openmetrics history.om
  sightline import prometheus metrics.txt
  zcat metrics.txt.gz | sightline import prometheus -`;

const DESCRIPTIONS: Readonly<Record<ImportFormat, string>> = {
  prometheus: 'load Prometheus text (timestamps in milliseconds; a sample without one gets the present time)',
  openmetrics: 'load OpenMetrics text (timestamps in seconds, "# EOF" at the end)',
};

export function addImportCommand(program: Command, context: CliContext): void {
  const group = program.command('import').description('load a file of metrics into a running server');
  for (const format of ['prometheus', 'openmetrics'] as const) {
    const command = group
      .command(format)
      .description(DESCRIPTIONS[format])
      .argument('<file>', 'file to load, - for standard input')
      .option('--from-byte <offset>', 'go on from this place, which an interrupted import tells', parseOffset, 0);
    addServerOption(command)
      .addHelpText('after', EXAMPLES)
      .action((file: string, options: ImportOptions) => runImport(format, file, options, context));
  }
}

function parseOffset(text: string): number {
  const offset = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(offset)) return offset;
  throw new CliError('usage', `--from-byte cannot be "${text}"`, { hint: 'it is a number of bytes' });
}

interface Totals {
  doneByte: number;
  samples: number;
  rejected: number;
  exemplars: number;
  firstReason: string | undefined;
}

async function runImport(
  format: ImportFormat,
  file: string,
  options: ImportOptions,
  context: CliContext,
): Promise<void> {
  const source = await openImportSource(format, file, options.fromByte);
  const totals: Totals = {
    doneByte: options.fromByte,
    samples: 0,
    rejected: 0,
    exemplars: 0,
    firstReason: undefined,
  };
  const startedMs = performance.now();
  const interrupt = onInterrupt();
  try {
    await transfer(source, totals, new URL('api/v1/import/prometheus', serverUrl(options.server)), context, interrupt);
  } catch (error) {
    throw withResumeHint(error, totals, options, format, file);
  } finally {
    interrupt.release();
  }
  report(totals, options.fromByte, (performance.now() - startedMs) / 1e3, context);
  if (totals.rejected > 0) throw new ExitRequest(EXIT.failure);
}

/** Pieces are acknowledged in order, so everything up to `totals.doneByte` is stored. */
async function transfer(
  { pieces, totalBytes }: ImportSource,
  totals: Totals,
  url: URL,
  context: CliContext,
  interrupt: Interrupt,
): Promise<void> {
  const progress = createProgress({
    write: context.stderr,
    isTerminal: context.isErrorTerminal,
    columns: context.columns,
    nowMs: () => performance.now(),
  });
  const running: { piece: ImportPiece; sent: Promise<SentPiece> }[] = [];
  const settleOldest = async (): Promise<void> => {
    const oldest = running.shift();
    if (oldest === undefined) return;
    const { stored, rejected, reason } = await Promise.race([oldest.sent, interrupt.aborted]);
    totals.doneByte = oldest.piece.endByte;
    totals.samples += stored;
    totals.rejected += rejected;
    totals.exemplars += oldest.piece.exemplars;
    totals.firstReason ??= reason;
    progress.update({ doneBytes: totals.doneByte, totalBytes, samples: totals.samples });
  };
  try {
    for await (const piece of pieces) {
      const sent = sendPiece(url, piece, interrupt.signal);
      // It is awaited later; until then its failure must not count as unhandled.
      sent.catch(() => undefined);
      running.push({ piece, sent });
      if (running.length >= IN_FLIGHT) await settleOldest();
    }
    while (running.length > 0) await settleOldest();
  } catch (error) {
    // A mistake found while reading: what is on its way is still stored, and knowing how far helps to go on.
    const isReading = !(error instanceof CliError);
    while (isReading && running.length > 0) await settleOldest();
    throw error;
  } finally {
    progress.finish();
  }
}

function report(totals: Totals, fromByte: number, seconds: number, { stderr }: CliContext): void {
  const bytes = totals.doneByte - fromByte;
  const rate = formatBytes(bytes / Math.max(seconds, 1e-3));
  stderr(
    `imported ${formatCount(totals.samples)} samples, ${formatBytes(bytes)} in ${formatSeconds(seconds)} (${rate}/s)\n`,
  );
  if (totals.exemplars > 0) stderr(`note: ${formatCount(totals.exemplars)} exemplars were left out\n`);
  if (totals.rejected > 0) {
    stderr(`warning: ${formatCount(totals.rejected)} samples were refused: ${totals.firstReason ?? ''}\n`);
  }
}

function withResumeHint(
  error: unknown,
  { doneByte }: Totals,
  { fromByte }: ImportOptions,
  format: ImportFormat,
  file: string,
): CliError {
  const message = error instanceof Error ? error.message : String(error);
  const own = error instanceof CliError && error.hint !== undefined ? [error.hint] : [];
  const name = file === '-' ? 'the input' : file;
  if (doneByte > fromByte) {
    const again = file === '-' ? '' : `: sightline import ${format} --from-byte ${doneByte} ${file}`;
    own.push(`the first ${formatCount(doneByte)} bytes of ${name} are stored, go on from there${again}`);
  }
  if (error instanceof CliError && error.code === 'usage') return error;
  const hint = own.length === 0 ? {} : { hint: own.join('; ') };
  return new CliError('failed', `${name}: ${message}`, { ...hint, cause: error });
}

interface Interrupt {
  readonly signal: AbortSignal;
  readonly aborted: Promise<never>;
  release(): void;
}

/** Ctrl-C ends the import with the place to go on from. */
function onInterrupt(): Interrupt {
  const controller = new AbortController();
  const error = new CliError('failed', 'interrupted');
  const aborted = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(error), { once: true });
  });
  aborted.catch(() => undefined);
  const onSignal = () => controller.abort(error);
  process.once('SIGINT', onSignal);
  return { signal: controller.signal, aborted, release: () => process.off('SIGINT', onSignal) };
}
