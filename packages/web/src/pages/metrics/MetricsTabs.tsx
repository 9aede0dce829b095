/** Explore or catalog. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { keepScope } from '../../components/shell/Rail.tsx';

export function MetricsTabs(): ReactNode {
  const active = { 'aria-current': 'page' as const };
  return (
    <nav className="segmented tabs" aria-label="Metrics">
      <Link to="/metrics" search={keepScope} activeOptions={{ exact: true, includeSearch: false }} activeProps={active}>
        Explore
      </Link>
      <Link to="/metrics/catalog" search={keepScope} activeOptions={{ includeSearch: false }} activeProps={active}>
        Catalog
      </Link>
    </nav>
  );
}
