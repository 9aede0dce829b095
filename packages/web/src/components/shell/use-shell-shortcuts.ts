/** The shortcuts of the shell. Pages add theirs. */
import { useRouter } from '@tanstack/react-router';
import { useEffect, useMemo, useRef } from 'react';
import { COMPARE_CHOICES } from '../../lib/compare.ts';
import type { Shortcut } from '../../lib/keymap.ts';
import { parseRange } from '../../lib/time-range.ts';
import { usePreferences } from '../../state/preferences.ts';
import { useShell } from '../../state/shell.ts';
import { useShortcuts } from '../../state/shortcuts.ts';
import { useCompare, useGoTo, usePatchUrl, useRange, useSetRange, useUrlSearch } from '../../state/url.ts';
import { useRangeMoves } from '../time/use-range-moves.ts';
import { useCopyLink } from './CopyLinkMenu.tsx';
import { useRefreshNow } from './RefreshMenu.tsx';

/** Everything a shortcut may call, always in its latest version, so that the list itself never changes. */
function useActions() {
  const goTo = useGoTo();
  const patch = usePatchUrl();
  const range = useRange();
  const setRange = useSetRange();
  const moves = useRangeMoves();
  const copyLink = useCopyLink();
  const refresh = useRefreshNow();
  const compare = useCompare();
  const router = useRouter();
  const search = useUrlSearch();
  const toast = useShell((state) => state.toast);
  return {
    goTo,
    compare,
    moves,
    copyLink,
    refresh,
    back: () => router.history.back(),
    toggleKiosk: () => patch({ kiosk: search['kiosk'] === undefined ? '1' : null }),
    makeAbsolute: () => setRange(String(Math.round(range.fromMs)), String(Math.round(range.toMs))),
    copyRange: () => {
      const text = JSON.stringify({ from: range.from, to: range.to });
      navigator.clipboard.writeText(text).then(
        () => toast('Copied the time range. Paste it with t v.'),
        () => toast('The browser does not allow copying here.', true),
      );
    },
    pasteRange: () => {
      navigator.clipboard.readText().then(
        (text) => {
          const typed = rangeText(text);
          const result = parseRange(typed, { nowMs: Date.now(), zone: range.zone });
          if (result.ok) setRange(result.from, result.to);
          else toast(`The clipboard holds no time range. ${result.message}`, true);
        },
        () => toast('The browser does not allow reading the clipboard here.', true),
      );
    },
  };
}

/** Grafana copies a range as JSON; plain text is taken as typed. */
function rangeText(clipboard: string): string {
  try {
    const value = JSON.parse(clipboard) as { from?: unknown; to?: unknown };
    if (typeof value.from === 'string' && typeof value.to === 'string') return `${value.from}..${value.to}`;
  } catch {
    return clipboard;
  }
  return clipboard;
}

export function useShellShortcuts(): void {
  const actions = useActions();
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  const shortcuts = useMemo<readonly Shortcut[]>(() => {
    const { open } = useShell.getState();
    const at = () => latest.current;
    return [
      {
        keys: 'mod+k',
        label: 'Search or jump',
        group: 'General',
        run: () => open('palette', !useShell.getState().isPaletteOpen),
      },
      { keys: '?', label: 'This list', group: 'General', run: () => open('help', true) },
      {
        keys: 'c t',
        label: 'Switch light and dark',
        group: 'General',
        run: () => usePreferences.getState().cycleTheme(),
      },
      { keys: 'y', label: 'Copy a link to exactly this', group: 'General', run: () => at().copyLink('absolute') },
      { keys: '/', label: "Go to the page's search", group: 'General', run: focusPageSearch },
      { keys: 'g h', label: 'Overview', group: 'Go to', run: () => at().goTo('/') },
      { keys: 'g m', label: 'Metrics', group: 'Go to', run: () => at().goTo('/metrics') },
      { keys: 'g e', label: 'Metrics (explore)', group: 'Go to', run: () => at().goTo('/metrics') },
      { keys: 'g c', label: 'Metric catalog', group: 'Go to', run: () => at().goTo('/metrics/catalog') },
      { keys: 'g a', label: 'Alerts', group: 'Go to', run: () => at().goTo('/alerts') },
      { keys: 'g y', label: 'System', group: 'Go to', run: () => at().goTo('/system/targets') },
      { keys: 't t', label: 'Time picker', group: 'Time', run: () => open('time', true) },
      { keys: 't z', label: 'Zoom out', group: 'Time', run: () => at().moves.zoomOut() },
      { keys: 't ArrowLeft', label: 'Earlier by half', group: 'Time', run: () => at().moves.shift(-1) },
      { keys: 't ArrowRight', label: 'Later by half', group: 'Time', run: () => at().moves.shift(1) },
      { keys: 't n', label: 'Back to now', group: 'Time', run: () => at().moves.live() },
      { keys: 't a', label: 'Make absolute', group: 'Time', run: () => at().makeAbsolute() },
      { keys: 't c', label: 'Copy range', group: 'Time', run: () => at().copyRange() },
      { keys: 't v', label: 'Paste range', group: 'Time', run: () => at().pasteRange() },
      { keys: 't b', label: 'Undo zoom (back)', group: 'Time', run: () => at().back() },
      ...COMPARE_CHOICES.map(({ choice, words, keys }) => ({
        keys,
        label: `Compare with ${words}`,
        group: 'Time' as const,
        run: () => at().compare.toggle(choice),
      })),
      { keys: 'd r', label: 'Refresh', group: 'Page', run: () => at().refresh() },
      { keys: 'd k', label: 'Wall screen', group: 'Page', run: () => at().toggleKiosk() },
    ];
  }, []);
  useShortcuts('shell', shortcuts);
}

function focusPageSearch(): void {
  document.querySelector<HTMLElement>('main input[type="search"], main .cm-content, main textarea')?.focus();
}
