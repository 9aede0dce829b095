/** Where a query's time went, as a bar of its parts. The parts are told in words as well. */
import type { ReactNode } from 'react';
import { splitParts, splitText, type TimeParts } from '../../lib/query-log.ts';

export function TimeSplit({ parts }: { parts: TimeParts }): ReactNode {
  const shown = splitParts(parts);
  const whole = shown.reduce((sum, { ms }) => sum + ms, 0);
  const text = splitText(parts);
  return (
    <span className="time-split" role="img" aria-label={text} title={text}>
      {shown.map(({ name, ms }) => (
        <i key={name} data-part={name} style={{ width: `${whole <= 0 ? 0 : Math.min(100, (ms / whole) * 100)}%` }} />
      ))}
    </span>
  );
}

/** What the colours of the bars mean. */
export function TimeSplitKey({ parts }: { parts: TimeParts }): ReactNode {
  return (
    <span className="time-split-key note">
      {splitParts(parts, true).map(({ name, words }) => (
        <span key={name}>
          <i data-part={name} />
          {words}
        </span>
      ))}
    </span>
  );
}
