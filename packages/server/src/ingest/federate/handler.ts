/**
 * GET /federate?match[]=...: the latest sample of every series that matches, as text with timestamps, for a Prometheus that
 * scrapes it. External labels are added where a series does not have them; `instance` is always there, empty if need be, so
 * that the reader does not put its own. Source: prometheus.io/docs/prometheus/latest/federation, web/federate.go.
 */
import {
  compareLabels,
  compareStrings,
  isStaleMarker,
  type Labels,
  type Matcher,
  type SampleBlock,
  SightlineError,
} from '@sightline/model';
import { parseSelector, type SampleSource } from '@sightline/promql';
import { renderExposition, type RenderedSample } from '@sightline/protocol';
import type { HttpHandler } from '../../lib/http.ts';
import { HttpError } from '../../lib/http-error.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { instrumented } from '../instrumented.ts';
import type { IngestLimits } from '../limits.ts';
import type { IngestMetrics } from '../metrics.ts';

export interface FederateOptions {
  readonly reader: SampleSource;
  /** Those of the configuration in force. */
  readonly externalLabels: () => Labels;
  readonly logger: Logger;
  readonly metrics: IngestMetrics;
  readonly limits: IngestLimits;
  readonly lookbackMs?: number;
  readonly now?: () => number;
}

const DEFAULT_LOOKBACK_MS = 5 * 60_000;

export function createFederateHandler(options: FederateOptions): HttpHandler {
  const { reader, limits } = options;
  return instrumented({ ...options, protocol: 'federate' }, async (input) => {
    const selectors = input.query.getAll('match[]').map(matchersOf);
    const endMs = (options.now ?? Date.now)();
    const startMs = endMs - (options.lookbackMs ?? DEFAULT_LOOKBACK_MS);
    const hint = { func: 'last_over_time', rangeMs: endMs - startMs, stepMs: 0 };
    const bounds = { maxSamples: limits.maxFederatedSamples, maxSeries: limits.maxFederatedSeries };
    const latest = new Map<string, RenderedSample>();
    for (const matchers of selectors) {
      const block = await reader.select({ matchers, startMs, endMs, hint }, bounds, input.signal);
      collectLatest(block, latest);
    }
    const withExternal = externalAdder(options.externalLabels());
    const sorted = [...latest.values()].sort(byNameThenLabels);
    const allowsUtf8Names = /\bescaping=allow-utf-8\b/.test(input.headers.accept ?? '');
    return {
      status: 200,
      headers: {
        'content-type': `text/plain; version=0.0.4; charset=utf-8${allowsUtf8Names ? '; escaping=allow-utf-8' : ''}`,
      },
      body: chunksOf(sorted.map(withExternal), allowsUtf8Names),
    };
  });
}

function matchersOf(text: string): readonly Matcher[] {
  try {
    return parseSelector(text);
  } catch (error) {
    if (!(error instanceof SightlineError)) throw error;
    throw new HttpError(400, `match[] ${JSON.stringify(text)}: ${error.message}`, { cause: error });
  }
}

/** A series whose last sample is a staleness marker has ended and is left out. */
function collectLatest(block: SampleBlock, latest: Map<string, RenderedSample>): void {
  const samples = block.cursor();
  block.series.forEach((labels, index) => {
    samples.seek(index);
    const { timestamps, values, to } = samples;
    const last = to - 1;
    if (last < samples.from || isStaleMarker(values, last)) return;
    latest.set(labels.key, { labels, value: values[last] as number, timestampMs: timestamps[last] as number });
  });
}

function byNameThenLabels(a: RenderedSample, b: RenderedSample): number {
  return compareStrings(a.labels.metricName, b.labels.metricName) || compareLabels(a.labels, b.labels);
}

function externalAdder(external: Labels): (sample: RenderedSample) => RenderedSample {
  return (sample) => {
    let { labels } = sample;
    for (const [name, value] of external) if (!labels.has(name)) labels = labels.with(name, value);
    return { ...sample, labels };
  };
}

async function* chunksOf(samples: readonly RenderedSample[], allowsUtf8Names: boolean): AsyncGenerator<string> {
  yield* renderExposition(samples, { allowsUtf8Names, alwaysPresent: ['instance'] });
}
