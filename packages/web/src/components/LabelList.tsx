/** Labels as small chips, in the order of their names. */
import type { ReactNode } from 'react';

interface LabelListProps {
  readonly labels: Readonly<Record<string, string>>;
  readonly without?: readonly string[];
}

export function LabelList({ labels, without = [] }: LabelListProps): ReactNode {
  const shown = Object.entries(labels)
    .filter(([name]) => !without.includes(name))
    .sort(([a], [b]) => a.localeCompare(b));
  if (shown.length === 0) return <span className="note">no labels</span>;
  return (
    <span className="label-list">
      {shown.map(([name, value]) => (
        <code key={name}>
          {name}="{value}"
        </code>
      ))}
    </span>
  );
}
