/** The `stats` of an answer, in Prometheus's shape. Times in seconds; phases that Sightline does not tell apart are zero. */
import type { QueryResult } from '@sightline/promql';

export interface QueryTimes {
  readonly result: QueryResult;
  readonly queueSeconds: number;
  readonly evalSeconds: number;
}

export function statsJson({ result, queueSeconds, evalSeconds }: QueryTimes): unknown {
  return {
    timings: {
      evalTotalTime: evalSeconds,
      resultSortTime: 0,
      queryPreparationTime: 0,
      innerEvalTime: evalSeconds,
      execQueueTime: queueSeconds,
      execTotalTime: queueSeconds + evalSeconds,
    },
    samples: {
      totalQueryableSamples: result.stats.samplesRead,
      peakSamples: result.stats.samplesRead,
    },
  };
}
