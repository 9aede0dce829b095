/** The exemplars of the rows' queries over the page's range. */
import { useQueries } from '@tanstack/react-query';
import { queryExemplars } from '../../api/prometheus.ts';
import type { Exemplar } from '../../lib/exemplar-dots.ts';
import type { QueryRow } from '../../lib/query-rows.ts';
import { alignRange, fillVariables } from '../../lib/step.ts';

interface Options {
  readonly rows: readonly QueryRow[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
  readonly isEnabled: boolean;
}

const NONE: readonly Exemplar[] = [];

/** None while they load and where they cannot be read: a chart is whole without them. */
export function useExemplars({ rows, fromMs, toMs, stepMs, isEnabled }: Options): readonly Exemplar[] {
  const { startMs, endMs } = alignRange(fromMs, toMs, stepMs);
  const exprs = isEnabled ? rows.filter(({ isOn, expr }) => isOn && expr.trim() !== '').map(({ expr }) => expr) : [];
  return useQueries({
    queries: exprs.map((expr) => ({
      queryKey: ['exemplars', expr, startMs, endMs],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        queryExemplars({ expr: fillVariables(expr, stepMs, toMs - fromMs), startMs, endMs, signal }),
      retry: false,
      placeholderData: (old: readonly Exemplar[] | undefined) => old,
    })),
    combine: join,
  });
}

function join(answers: readonly { readonly data: readonly Exemplar[] | undefined }[]): readonly Exemplar[] {
  const found = answers.flatMap(({ data }) => data ?? NONE);
  return found.length === 0 ? NONE : found;
}
