/** The parts of a rule's expression. The parser comes with the first use. */
import { useQuery } from '@tanstack/react-query';
import type { DrawnExpression } from '../../lib/alert-expression.ts';

/** Undefined while the parser is on its way; null for what is no PromQL. */
export function useDrawnExpression(expr: string): DrawnExpression | null | undefined {
  return useQuery({
    queryKey: ['drawn-expression', expr],
    queryFn: async () => (await import('../../lib/alert-expression.ts')).drawnExpression(expr),
    enabled: expr !== '',
    staleTime: Number.POSITIVE_INFINITY,
  }).data;
}
