/** The frame of every page: rail, header, footer, dialogs, shortcuts, refresh. */
import { Outlet } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import { connection } from '../../api/client.ts';
import { firstValue } from '../../lib/search-params.ts';
import { useSafeTick } from '../../state/safe-tick.ts';
import { useRange, useRefreshMs, useUrlSearch } from '../../state/url.ts';
import { CommandPalette } from './palette/CommandPalette.tsx';
import { Footer } from './Footer.tsx';
import { Header } from './Header.tsx';
import { HelpDialog } from './HelpDialog.tsx';
import { Rail } from './Rail.tsx';
import { Toasts } from './Toasts.tsx';
import { useShellShortcuts } from './use-shell-shortcuts.ts';

declare global {
  interface Window {
    /** For browser tests: what is on its way and which range the page shows. */
    __ux?: { idle: () => Promise<void>; inflight: number; range: [number, number] };
  }
}

function useAutoRefresh(): void {
  const { everyMs } = useRefreshMs();
  const tick = useSafeTick();
  useEffect(() => {
    if (everyMs === null) return undefined;
    const timer = setInterval(() => {
      const isBusy =
        document.visibilityState === 'hidden' ||
        document.querySelector('.tip.is-pinned, .u-select[style*="width: "]:not([style*="width: 0px"])') !== null;
      if (!isBusy) tick();
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs, tick]);
}

function useTestHandle(): void {
  const { fromMs, toMs } = useRange();
  const range = useRef<[number, number]>([fromMs, toMs]);
  range.current = [fromMs, toMs];
  useEffect(() => {
    const waitIdle = async (): Promise<void> => {
      for (let quiet = 0; quiet < 3; ) {
        await new Promise((done) => setTimeout(done, 40));
        quiet = connection.getState().inFlight === 0 ? quiet + 1 : 0;
      }
    };
    window.__ux = {
      idle: waitIdle,
      get inflight() {
        return connection.getState().inFlight;
      },
      get range() {
        return range.current;
      },
    };
  }, []);
}

export function Shell(): ReactNode {
  const isKiosk = firstValue(useUrlSearch()['kiosk']) !== undefined;
  const main = useRef<HTMLElement>(null);
  useAutoRefresh();
  useTestHandle();
  useShellShortcuts();
  return (
    <div className="shell" data-kiosk={isKiosk}>
      <button type="button" className="skip" onClick={() => main.current?.focus()}>
        Skip to content
      </button>
      {!isKiosk && <Rail />}
      <Header isKiosk={isKiosk} />
      <main ref={main} className="main" tabIndex={-1}>
        <Outlet />
      </main>
      {!isKiosk && <Footer />}
      <CommandPalette />
      <HelpDialog />
      <Toasts />
    </div>
  );
}
