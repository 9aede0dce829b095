/** The drawer that makes or changes a silence, loaded when someone opens it. */
import { lazy, type ReactNode, Suspense } from 'react';
import type { SilenceDrawerProps } from './SilencePanel.tsx';

const SilencePanel = lazy(async () => ({ default: (await import('./SilencePanel.tsx')).SilencePanel }));

export function SilenceDrawer(props: SilenceDrawerProps): ReactNode {
  return (
    <Suspense fallback={null}>
      <SilencePanel {...props} />
    </Suspense>
  );
}
