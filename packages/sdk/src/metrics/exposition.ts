/** Writes an exposition in the format that a client asked for. */
import { gzipFast } from '../lib/gzip.ts';
import type { Adopted } from './adopted.ts';
import type { Chunk } from './chunk.ts';
import type { ExemplarClock } from './exemplar.ts';
import type { Family } from './family.ts';
import { negotiate, OPENMETRICS_TYPE, TEXT_TYPE, takesGzip } from './negotiation.ts';
import { type OpenExposed, openFamilyName, writeOpenMetrics } from './openmetrics-format.ts';
import { Output } from './output.ts';
import { Pace } from './pace.ts';
import { refreshAll, writeText } from './text-format.ts';

export interface RenderOptions {
  /** Accept header of the client: OpenMetrics 1.0 when it asks for it, text 0.0.4 otherwise. */
  accept?: string | undefined;
  /** Accept-Encoding header of the client: the body is gzip when it takes that and it pays. */
  acceptEncoding?: string | undefined;
}

/** An exposition. The body is the caller's. */
export interface Exposition {
  readonly contentType: string;
  /** `gzip`, or undefined when the body is as it is. */
  readonly contentEncoding: 'gzip' | undefined;
  readonly body: Buffer;
}

/** One packet: compressing less gains nothing. */
const GZIP_FROM_BYTES = 1400;

export async function expose(
  families: readonly Family[],
  adopted: readonly Adopted[],
  clock: ExemplarClock,
  options: RenderOptions,
): Promise<Exposition> {
  const isOpen = negotiate(options.accept) === 'openmetrics';
  const pace = new Pace();
  const nowMs = Date.now();
  const out = new Output(await refreshAll(families, pace));
  if (isOpen) {
    clock.epoch++;
    await writeOpenMetrics(openExposed(families), nowMs, out, pace);
  } else await writeText(families, nowMs, out, pace);
  writeAdopted(families, adopted, isOpen, out);
  if (isOpen) out.text('# EOF\n');
  const body = out.done();
  const contentType = isOpen ? OPENMETRICS_TYPE : TEXT_TYPE;
  if (body.length < GZIP_FROM_BYTES || !takesGzip(options.acceptEncoding))
    return { contentType, contentEncoding: undefined, body };
  return { contentType, contentEncoding: 'gzip', body: await gzipFast(body) };
}

function writeAdopted(families: readonly Family[], adopted: readonly Adopted[], isOpen: boolean, out: Output): void {
  if (adopted.length === 0) return;
  const taken = new Set(families.flatMap(({ name, type }) => (isOpen ? [name, openFamilyName(name, type)] : [name])));
  for (const source of adopted) {
    source.write((name) => taken.has(name), isOpen, out);
    for (const { name } of source.metrics) taken.add(name);
  }
}

function openExposed(families: readonly Family[]): OpenExposed[] {
  const names = new Set(families.map((family) => family.name));
  return families.map((family) => {
    const { name, help, type, shape, chunks, size } = family;
    const short = openFamilyName(name, type);
    const isShadowed = short !== name && names.has(short);
    const prepare = (chunk: Chunk, nowMs: number) => family.prepare(chunk, nowMs);
    return { name, help, type, shape, chunks, size, prepare, unit: family.definition.unit, isShadowed };
  });
}
