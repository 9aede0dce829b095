/** Links to this page: with the times it shows now, or live. */
import { Link2 } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { useShell } from '../../state/shell.ts';
import { usePageLink } from '../../state/url.ts';
import { Keys } from '../Keys.tsx';

export function useCopyLink(): (kind: 'absolute' | 'live') => void {
  const link = usePageLink();
  const toast = useShell((state) => state.toast);
  return (kind) => {
    const href = link(kind);
    navigator.clipboard.writeText(href).then(
      () =>
        toast(
          kind === 'absolute'
            ? 'Copied a link to exactly this time range.'
            : 'Copied a live link: it shows the latest data when opened.',
        ),
      () => toast(`The browser does not allow copying here. The link is ${href}`, true),
    );
  };
}

export function CopyLinkMenu(): ReactNode {
  const copy = useCopyLink();
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="button" data-testid="copy-menu">
        <Link2 size={14} aria-hidden="true" />
        <span className="wide-text">Copy link</span>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={4}>
          <DropdownMenu.Item className="menu-item" onSelect={() => copy('absolute')}>
            <span>
              Copy link<small>times pinned to what you see</small>
            </span>
            <Keys keys="y" />
          </DropdownMenu.Item>
          <DropdownMenu.Item className="menu-item" onSelect={() => copy('live')}>
            <span>
              Copy live link<small>keeps "now", for a wall screen</small>
            </span>
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
