/** Status as shape, word and colour together; never colour alone. */
import { CircleCheck, CircleDashed, OctagonAlert, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

export type HealthKind = 'ok' | 'warn' | 'crit' | 'unknown';

const ICONS = { ok: CircleCheck, warn: TriangleAlert, crit: OctagonAlert, unknown: CircleDashed };

export function Health({ kind, word }: { kind: HealthKind; word: string }): ReactNode {
  const Icon = ICONS[kind];
  return (
    <span className="health" data-health={kind}>
      <Icon size={14} aria-hidden="true" />
      {word}
    </span>
  );
}
