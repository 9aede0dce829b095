/** What the battery needs of a backend, and small helpers its parts share. */
import { isStaleMarker, Labels, Matcher, type SampleBlock } from '@sightline/model';
import type { SelectLimits } from '@sightline/promql';
import type { MetricLimits } from '../clickhouse/index.ts';
import type { SeriesHandle, Storage, WriteResult } from '../metric-store.ts';

interface BatteryOpenOptions {
  readonly retentionMs?: number;
  readonly limits?: Partial<MetricLimits>;
  readonly now?: () => number;
}

/** One database that can be opened, closed and opened again with its data. */
export interface BatteryDatabase {
  open(options?: BatteryOpenOptions): Promise<Storage>;
  /** Ends whatever holds the data and removes it. */
  destroy(): Promise<void>;
}

export interface BatteryBackend {
  readonly name: string;
  create(): Promise<BatteryDatabase>;
}

export const NOW = Date.UTC(2026, 5, 15, 12, 30, 0);
export const LIMITS: SelectLimits = { maxSamples: 10_000_000, maxSeries: 1_000_000 };
export const NO_SIGNAL: AbortSignal = new AbortController().signal;

export function handleOf(storage: Storage, labels: Record<string, string>): SeriesHandle {
  const handle = storage.metrics.writer.series(Labels.fromObject(labels));
  if (typeof handle === 'string') throw new Error(`series refused: ${handle}`);
  return handle;
}

export type Point = readonly [timeMs: number, value: number | 'stale'];

/** Writes the points of one series and waits until they are stored. */
export function writePoints(
  storage: Storage,
  labels: Record<string, string>,
  points: readonly Point[],
): Promise<WriteResult> {
  const { writer } = storage.metrics;
  const batch = writer.createBatch();
  const handle = handleOf(storage, labels);
  for (const [timeMs, value] of points) {
    if (value === 'stale') batch.addStale(handle, timeMs);
    else batch.add(handle, timeMs, value);
  }
  return writer.write(batch, { urgent: true });
}

export function selectAll(
  storage: Storage,
  matchers: readonly Matcher[],
  startMs: number,
  endMs: number,
  limits: SelectLimits = LIMITS,
): Promise<SampleBlock> {
  const hint = { func: '', rangeMs: 0, stepMs: 0 };
  return storage.metrics.reader('interactive').select({ matchers, startMs, endMs, hint }, limits, NO_SIGNAL);
}

export const named = (name: string): Matcher => new Matcher('__name__', '=', name);

/** The points of each series, by its labels as text. NaN stays NaN, staleness markers are 'stale'. */
export function pointsOf(block: SampleBlock): Record<string, Point[]> {
  const out: Record<string, Point[]> = {};
  const samples = block.cursor();
  block.series.forEach((labels, i) => {
    samples.seek(i);
    const { timestamps, values, from, to } = samples;
    const points: Point[] = [];
    for (let at = from; at < to; at++) {
      points.push([timestamps[at] as number, isStaleMarker(values, at) ? 'stale' : (values[at] as number)]);
    }
    out[String(labels)] = points;
  });
  return out;
}

/** The points of all series, one series after the other. */
export function allPoints(block: SampleBlock): Point[] {
  return Object.values(pointsOf(block)).flat();
}
