/** What a rule's condition is called and how it looks. */
import type { HealthKind } from '../../../components/Health.tsx';
import type { RuleRow } from '../../../lib/rules-model.ts';

export function healthOf({ rule, condition }: RuleRow): { readonly kind: HealthKind; readonly word: string } {
  switch (condition) {
    case 'failing':
      return { kind: 'crit', word: 'fails' };
    case 'firing':
      return { kind: 'crit', word: 'firing' };
    case 'pending':
      return { kind: 'warn', word: 'pending' };
    case 'waiting':
      return { kind: 'unknown', word: 'waiting' };
    case 'fine':
      return { kind: 'ok', word: rule.kind === 'recording' ? 'ok' : 'inactive' };
  }
}

export function instancesText({ rule }: RuleRow): string {
  const { firing, pending } = rule;
  if (rule.kind === 'recording') return '–';
  if (firing + pending === 0) return 'none';
  return [firing > 0 ? `${firing} firing` : '', pending > 0 ? `${pending} pending` : '']
    .filter((part) => part !== '')
    .join(', ');
}
