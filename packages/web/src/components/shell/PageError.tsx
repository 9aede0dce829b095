/** A page that broke. The shell stays usable. */
import type { ErrorComponentProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { StateView } from '../State.tsx';

export function PageError({ error, reset }: ErrorComponentProps): ReactNode {
  return (
    <div className="page">
      <StateView
        state="error"
        title="This page could not be shown."
        detail={error instanceof Error ? error.message : String(error)}
      >
        <button type="button" className="button" onClick={reset}>
          Try again
        </button>
        <button type="button" className="button" onClick={() => location.reload()}>
          Reload
        </button>
      </StateView>
    </div>
  );
}
