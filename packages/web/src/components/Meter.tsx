/** A bar for a share. Colour joins only when the share itself is a warning. */
import type { ReactNode } from 'react';

const WARN_AT = 0.85;
const CRIT_AT = 0.95;

export function Meter({
  value,
  label,
  isUsage = false,
}: {
  value: number;
  label: string;
  isUsage?: boolean;
}): ReactNode {
  const share = Math.max(0, Math.min(1, Number.isFinite(value) ? value : 0));
  const level = !isUsage || share < WARN_AT ? 'normal' : share < CRIT_AT ? 'warn' : 'crit';
  const percent = Math.round(share * 100);
  return (
    // biome-ignore lint/a11y/useSemanticElements: the element <meter> cannot be styled the same in every browser
    <span
      className="meter"
      role="meter"
      aria-label={label}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
      data-level={level}
    >
      <i style={{ width: `${share * 100}%` }} />
    </span>
  );
}
