/** The tabs of the alerts section. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { keepScope } from '../../components/shell/Rail.tsx';

const TABS = [
  ['/alerts', 'Alerts'],
  ['/alerts/rules', 'Rules'],
  ['/alerts/silences', 'Silences'],
  ['/alerts/history', 'History'],
  ['/alerts/notify', 'Notify'],
] as const;

export function AlertsTabs(): ReactNode {
  return (
    <nav className="segmented tabs" aria-label="Alerts section">
      {TABS.map(([to, label]) => (
        <Link
          key={to}
          to={to as '/'}
          search={keepScope}
          activeOptions={{ includeSearch: false, exact: to === '/alerts' }}
          activeProps={{ 'aria-current': 'page' }}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
