/** Refresh now, and how often it happens by itself. */
import { useQueryClient } from '@tanstack/react-query';
import { ChevronDown, RefreshCw } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { formatSpan } from '../../lib/time-format.ts';
import { useShell } from '../../state/shell.ts';
import { REFRESH_CHOICES, usePatchUrl, useRefreshMs } from '../../state/url.ts';

export function useRefreshNow(): () => void {
  const client = useQueryClient();
  const tick = useShell((state) => state.tick);
  return () => {
    tick();
    void client.invalidateQueries();
  };
}

export function RefreshMenu(): ReactNode {
  const refresh = useRefreshNow();
  const patch = usePatchUrl();
  const { choice, everyMs } = useRefreshMs();
  const label = everyMs === null ? 'off' : formatSpan(everyMs);
  return (
    <div className="button-group">
      <button
        type="button"
        className="icon-button"
        onClick={refresh}
        aria-label="Refresh now"
        title="Refresh now (d r)"
      >
        <RefreshCw size={14} aria-hidden="true" />
      </button>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger className="button" aria-label={`Refresh every: ${label}`} data-testid="refresh-menu">
          <span className="num">{label}</span>
          <ChevronDown size={12} aria-hidden="true" />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className="menu" align="end" sideOffset={4}>
            <DropdownMenu.Label className="menu-label">Refresh every</DropdownMenu.Label>
            <DropdownMenu.RadioGroup
              value={choice}
              onValueChange={(value) => patch({ refresh: value === 'auto' ? null : value }, 'replace')}
            >
              {REFRESH_CHOICES.map((one) => (
                <DropdownMenu.RadioItem key={one} value={one} className="menu-item">
                  {one === 'off'
                    ? 'Off'
                    : one === 'auto'
                      ? 'Auto (the step, at least 10 s)'
                      : one.replace(/(\d+)/, '$1\u202f')}
                </DropdownMenu.RadioItem>
              ))}
            </DropdownMenu.RadioGroup>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </div>
  );
}
