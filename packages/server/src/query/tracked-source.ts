/** A reader as one query sees it: what is read is counted, and the query's phase follows. */
import type { SampleBlock } from '@sightline/model';
import type { SampleSource, SelectLimits, SelectRequest } from '@sightline/promql';
import type { RunningQuery } from './running-query.ts';

export function trackSource(source: SampleSource, query: RunningQuery): SampleSource {
  return {
    async select(request: SelectRequest, limits: SelectLimits, signal: AbortSignal): Promise<SampleBlock> {
      query.readBegins();
      try {
        const block = await source.select(request, limits, signal);
        query.samplesRead += block.size;
        query.seriesRead += block.series.length;
        return block;
      } finally {
        query.readEnds();
      }
    },
  };
}
