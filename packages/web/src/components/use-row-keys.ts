/** Moves the focus through the rows of a page's lists by j and k or the arrows. A row is whatever carries `data-row`. */
import { type RefObject, useMemo } from 'react';
import type { Shortcut } from '../lib/keymap.ts';
import { useShortcuts } from '../state/shortcuts.ts';

function move(root: HTMLElement | null, by: 1 | -1): void {
  if (root === null) return;
  const rows = [...root.querySelectorAll<HTMLElement>('[data-row]')];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.max(0, Math.min(rows.length - 1, at + by))];
  const target = next?.matches('a, button') === true ? next : next?.querySelector<HTMLElement>('a, button');
  target?.focus();
  target?.scrollIntoView({ block: 'nearest' });
}

/** Works while the component is mounted; `root` holds the rows of all its lists. */
export function useRowKeys(owner: string, root: RefObject<HTMLElement | null>, more: readonly Shortcut[] = []): void {
  const shortcuts = useMemo(
    (): readonly Shortcut[] => [
      { keys: 'j', label: 'Next row', group: 'List', run: () => move(root.current, 1) },
      { keys: 'k', label: 'Row before', group: 'List', run: () => move(root.current, -1) },
      ...more,
    ],
    [root, more],
  );
  useShortcuts(owner, shortcuts);
}
