/** The states of an alert over a range: height, pattern and word tell them apart, not colour alone. */
import type { AlertStateSpan } from '@sightline/api-types';
import type { ReactNode } from 'react';
import { laneParts } from '../../../lib/alert-timeline.ts';
import { formatClock, formatSpan } from '../../../lib/time-format.ts';

const MIN_WORD_PX = 56;

interface StateLaneProps {
  readonly states: readonly AlertStateSpan[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly zone: string;
  /** Where the chart above draws a time; null for one that fills the width by itself. */
  readonly leftOf: ((ms: number) => number) | null;
}

const WORDS = { inactive: 'ok', pending: 'pending', firing: 'firing' } as const;

export function StateLane({ states, fromMs, toMs, zone, leftOf }: StateLaneProps): ReactNode {
  const parts = laneParts(states, fromMs, toMs);
  const sentence = parts
    .map(
      (part) =>
        `${WORDS[part.state]} from ${formatClock(part.fromMs, zone)} for ${formatSpan(part.toMs - part.fromMs)}`,
    )
    .join(', ');
  const place = (part: (typeof parts)[number]) => {
    if (leftOf === null) {
      const share = (ms: number): string => `${((ms - fromMs) / Math.max(1, toMs - fromMs)) * 100}%`;
      return { left: share(part.fromMs), width: share(fromMs + part.toMs - part.fromMs) };
    }
    const left = leftOf(part.fromMs);
    return { left, width: Math.max(2, leftOf(part.toMs) - left) };
  };
  return (
    <div className="lane" role="img" aria-label={`States: ${sentence === '' ? 'not known' : sentence}`}>
      {parts.map((part) => {
        const box = place(part);
        const isWide = typeof box.width === 'string' || box.width >= MIN_WORD_PX;
        return (
          <span
            key={`${part.fromMs}${part.state}`}
            className="lane-part"
            data-state={part.state}
            style={box}
            title={`${WORDS[part.state]} ${formatClock(part.fromMs, zone)} → ${formatClock(part.toMs, zone)}`}
          >
            {isWide && WORDS[part.state]}
          </span>
        );
      })}
    </div>
  );
}
