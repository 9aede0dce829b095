/** `▲ +12 %` with both means in its title. */
import type { ReactNode } from 'react';
import { type Change, formatChange } from '../../lib/compare.ts';
import { formatValue, type Unit } from '../../lib/units.ts';

interface ChangeTextProps {
  readonly change: Change | null | undefined;
  readonly unit: Unit;
  /** In words, for example "1 day before". */
  readonly comparedWith: string;
}

export function ChangeText({ change = null, unit, comparedWith }: ChangeTextProps): ReactNode {
  const title =
    change === null
      ? `No value to compare with (${comparedWith})`
      : `Mean ${formatValue(change.now, unit)}, ${comparedWith} ${formatValue(change.before, unit)}`;
  return (
    <span className="change num" data-testid="change" title={title}>
      {formatChange(change)}
    </span>
  );
}
