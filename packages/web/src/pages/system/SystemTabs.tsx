/** The System pages' tabs. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { keepScope } from '../../components/shell/Rail.tsx';

const TABS = [
  ['/system/targets', 'Targets'],
  ['/system/ingest', 'Ingest'],
  ['/system/storage', 'Storage'],
  ['/system/queries', 'Queries'],
  ['/system/about', 'About'],
] as const;

export function SystemTabs(): ReactNode {
  return (
    <nav className="segmented tabs" aria-label="System">
      {TABS.map(([to, label]) => (
        <Link
          key={to}
          to={to as '/'}
          search={keepScope}
          activeOptions={{ includeSearch: false }}
          activeProps={{ 'aria-current': 'page' }}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
