/** Findings of the lint pass for a text that is being written. */
import type { LintFinding } from '@sightline/promql';
import { useEffect, useState } from 'react';
import { fillQuery } from '../../../lib/step.ts';
import { metricNames } from '../../../lib/unit-guess.ts';
import { useLintFacts } from './use-lint-facts.ts';

const TYPING_PAUSE_MS = 250;
const NONE: readonly LintFinding[] = [];

/** Empty until the rules have loaded, while typing goes on, and for a text that does not parse. */
export function useLint(text: string, stepMs: number, rangeMs: number): readonly LintFinding[] {
  const [settled, setSettled] = useState(text);
  const [found, setFound] = useState({ of: '', findings: NONE });
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const facts = useLintFacts(metricNames(settled));
  useEffect(() => {
    let isGone = false;
    if (settled.trim() === '') return undefined;
    import('./lint-query.ts').then(
      ({ lintQuery }) => {
        if (!isGone) setFound({ of: settled, findings: lintQuery(fillQuery(settled, stepMs, rangeMs), facts) });
      },
      // Advice that could not be loaded is no reason to disturb anyone.
      () => undefined,
    );
    return () => {
      isGone = true;
    };
  }, [settled, facts, stepMs, rangeMs]);
  return found.of === text ? found.findings : NONE;
}
