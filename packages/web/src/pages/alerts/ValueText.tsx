/** What was measured, against what the rule compares it with: `7.2 % (> 1 %)`. */
import type { AlertInstance } from '@sightline/api-types';
import type { ReactNode } from 'react';
import { watchedUnit } from '../../lib/alert-series.ts';
import { formatValue } from '../../lib/units.ts';
import { useDrawnExpression } from './use-drawn-expression.ts';

export function ValueText({ alert }: { alert: AlertInstance }): ReactNode {
  const drawn = useDrawnExpression(alert.expr);
  const unit = watchedUnit(drawn?.text ?? alert.expr);
  const threshold = drawn?.threshold ?? null;
  if (alert.value === null && threshold === null) return <span className="note">–</span>;
  return (
    <span className="alert-value num">
      {alert.value !== null && <data value={alert.value}>{formatValue(alert.value, unit)}</data>}
      {threshold !== null && (
        <span className="note">
          ({threshold.op} {formatValue(threshold.value, unit)})
        </span>
      )}
    </span>
  );
}
