/** What is known about the data, for the lint pass: names, types, labels and scrape intervals of the metrics in a query. */
import { useQueries, useQuery } from '@tanstack/react-query';
import { parseDurationMs } from '@sightline/model';
import type { LintFacts } from '@sightline/promql';
import { useMemo } from 'react';
import { knownLabels, knownMetadata, knownNames } from '../../../api/completion.ts';
import { targets, targetsOfMetric } from '../../../api/prometheus.ts';

const KEEP_MS = 60_000;
/** The server cuts longer lists, and a name that was cut off is not unknown. */
const CUT_AT = 50_000;
const MOST_METRICS = 8;

interface MetricFacts {
  readonly labels: ReadonlySet<string>;
  readonly intervalMs: number | undefined;
}

async function factsOf(metric: string, signal: AbortSignal): Promise<MetricFacts> {
  const [labels, exposing, { activeTargets }] = await Promise.all([
    knownLabels(metric),
    targetsOfMetric(metric, signal),
    targets(signal),
  ]);
  const keyOf = (labels: Readonly<Record<string, string>>): string => `${labels['job']}\n${labels['instance']}`;
  const wanted = new Set(exposing.map(({ target }) => keyOf(target)));
  const intervals = activeTargets
    .filter((target) => wanted.has(keyOf(target.labels)))
    .flatMap(({ scrapeInterval }) => parseDurationMs(scrapeInterval) ?? []);
  return {
    labels: new Set(labels),
    intervalMs: intervals.length === 0 ? undefined : Math.max(...intervals),
  };
}

/** Without what could not be asked: a rule that needs it stays silent. */
export function useLintFacts(metrics: readonly string[]): LintFacts {
  const base = useQuery({
    queryKey: ['lint-facts'],
    queryFn: async () => {
      const [names, metadata, labels] = await Promise.all([knownNames(), knownMetadata(), knownLabels()]);
      return {
        ...(names.length === 0 || names.length >= CUT_AT ? {} : { metricNames: new Set(names) }),
        metricTypes: new Map(
          Object.entries(metadata).flatMap(([name, [entry]]) => (entry ? [[name, entry.type]] : [])),
        ),
        labelNames: new Set(labels),
      } as LintFacts;
    },
    staleTime: KEEP_MS,
    retry: false,
  }).data;
  const known = base?.metricNames;
  const asked = [...new Set(metrics)].filter((name) => known?.has(name) === true).slice(0, MOST_METRICS);
  const answers = useQueries({
    queries: asked.map((metric) => ({
      queryKey: ['lint-facts', metric],
      queryFn: ({ signal }: { signal: AbortSignal }) => factsOf(metric, signal),
      staleTime: KEEP_MS,
      retry: false,
    })),
  });
  const stamp = [...asked, ...answers.map(({ dataUpdatedAt }) => dataUpdatedAt)].join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the stamp stands for the answers, whose array is new at every render
  return useMemo(() => {
    const of = new Map(asked.map((metric, index) => [metric, answers[index]?.data]));
    return {
      ...base,
      labelsOf: (metric: string) => of.get(metric)?.labels,
      scrapeIntervalOf: (metric: string) => of.get(metric)?.intervalMs,
    };
  }, [base, stamp]);
}
