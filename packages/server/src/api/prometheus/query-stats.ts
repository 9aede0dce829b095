/** The `stats` of an answer, in Prometheus's shape. Times in seconds; sorting is part of the evaluation. */
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
      queryPreparationTime: (result.stats.parseMs + result.stats.readMs) / 1e3,
      innerEvalTime: result.stats.evalMs / 1e3,
      execQueueTime: queueSeconds,
      execTotalTime: queueSeconds + evalSeconds,
    },
    samples: {
      totalQueryableSamples: result.stats.samplesRead,
      peakSamples: result.stats.peakSamples,
    },
  };
}
