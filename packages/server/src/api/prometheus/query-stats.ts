/** The `stats` of an answer, in Prometheus's shape and with the share of the cache. Times in seconds; sorting is part of the evaluation. */
import type { AnswerStats } from '../../query/request.ts';

export function statsJson(stats: AnswerStats): unknown {
  const { queueSeconds, evalSeconds, readSeconds, innerSeconds } = stats;
  return {
    timings: {
      evalTotalTime: evalSeconds,
      resultSortTime: 0,
      queryPreparationTime: readSeconds,
      innerEvalTime: innerSeconds,
      execQueueTime: queueSeconds,
      execTotalTime: queueSeconds + evalSeconds,
    },
    samples: { totalQueryableSamples: stats.samplesRead, peakSamples: stats.peakSamples },
    cache: { steps: stats.steps, cachedSteps: stats.cachedSteps },
  };
}
