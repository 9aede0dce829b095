/** An address that no page has. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { StateView } from '../State.tsx';
import { keepScope } from './Rail.tsx';

export function NotFound(): ReactNode {
  return (
    <div className="page">
      <StateView
        state="error"
        title="There is no page at this address."
        detail="The link may come from a newer version, or be misspelt."
      >
        <Link to="/" search={keepScope} className="button">
          Overview
        </Link>
        <Link to="/metrics" search={keepScope} className="button">
          Metrics
        </Link>
      </StateView>
    </div>
  );
}
