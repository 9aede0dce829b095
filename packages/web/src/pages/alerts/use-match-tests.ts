/** A filter's text as words and tests of labels. The engine for regular expressions comes with the first matcher. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type MatchTest, parseAlertFilter } from '../../lib/alert-model.ts';

export interface FilterTests {
  readonly words: readonly string[];
  readonly tests: readonly MatchTest[];
  /** What is wrong with the filter. */
  readonly error: string | null;
}

const NO_TESTS = { tests: [], error: null };

export function useMatchTests(filter: string): FilterTests {
  const { matchers, words } = useMemo(() => parseAlertFilter(filter), [filter]);
  const compiled = useQuery({
    queryKey: ['matcher-tests', matchers],
    queryFn: async () => (await import('../../lib/matcher-tests.ts')).matchTests(matchers),
    enabled: matchers.length > 0,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 1_000,
    structuralSharing: false,
    placeholderData: (before) => before,
  });
  const { tests, error } = matchers.length === 0 ? NO_TESTS : (compiled.data ?? NO_TESTS);
  return { words, tests, error };
}
