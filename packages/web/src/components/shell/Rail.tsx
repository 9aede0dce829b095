/** Navigation. Only pages that work are here; time and scope go along with every link. */
import { Link, useLocation } from '@tanstack/react-router';
import { Activity, Bell, ChartLine, type LucideIcon, Server } from 'lucide-react';
import type { ReactNode } from 'react';
import { pickGlobals, type SearchParams } from '../../lib/search-params.ts';

const PAGES: readonly { to: string; label: string; icon: LucideIcon; isExact: boolean }[] = [
  { to: '/', label: 'Overview', icon: Activity, isExact: true },
  { to: '/metrics', label: 'Metrics', icon: ChartLine, isExact: false },
  { to: '/alerts', label: 'Alerts', icon: Bell, isExact: false },
];
const SYSTEM = { to: '/system/targets', label: 'System', icon: Server };

export const keepScope = ((old: SearchParams) => pickGlobals(old)) as never;

export function Rail(): ReactNode {
  return (
    <nav className="rail" aria-label="Main">
      <Link to="/" search={keepScope} className="rail-brand" aria-label="Sightline, overview" activeProps={{}}>
        <svg width="30" height="30" viewBox="0 0 32 32" aria-hidden="true">
          <rect width="32" height="32" rx="8" className="brand-bg" />
          <circle cx="16" cy="16" r="9" fill="none" className="brand-line" strokeWidth="2.5" />
          <path
            d="M3 16h7l3-6 5 12 3-6h8"
            fill="none"
            className="brand-line"
            strokeWidth="2.5"
            strokeLinejoin="round"
            strokeLinecap="round"
          />
        </svg>
      </Link>
      <ul className="rail-list">
        {PAGES.map(({ to, label, icon: Icon, isExact }) => (
          <li key={to}>
            <Link
              to={to as '/'}
              search={keepScope}
              className="rail-link"
              activeOptions={{ exact: isExact, includeSearch: false }}
              activeProps={{ 'aria-current': 'page' }}
            >
              <Icon size={20} strokeWidth={1.75} aria-hidden="true" />
              <span>{label}</span>
            </Link>
          </li>
        ))}
        <li className="rail-last">
          <RailSystem />
        </li>
      </ul>
    </nav>
  );
}

function RailSystem(): ReactNode {
  const { to, label, icon: Icon } = SYSTEM;
  const isActive = useLocation().pathname.includes('/system/');
  return (
    <Link
      to={to as '/'}
      search={keepScope}
      className="rail-link"
      aria-current={isActive ? 'page' : undefined}
      activeProps={{}}
    >
      <Icon size={20} strokeWidth={1.75} aria-hidden="true" />
      <span>{label}</span>
    </Link>
  );
}
