/** What the palette offers on every page, and in which order. */
import { COMPARE_CHOICES } from '../../../lib/compare.ts';
import { usePreferences } from '../../../state/preferences.ts';
import { useShell } from '../../../state/shell.ts';
import { type PagePath, useCompare, useGoTo, useHrefOf, useSetRange } from '../../../state/url.ts';
import { useRangeMoves } from '../../time/use-range-moves.ts';
import { useCopyLink } from '../CopyLinkMenu.tsx';
import { useRefreshNow } from '../RefreshMenu.tsx';

export interface PaletteItem {
  readonly id: string;
  readonly group: 'Go to' | 'Do' | 'Time' | 'Help';
  readonly label: string;
  readonly words?: string;
  readonly keys?: string;
  /** Where it leads, for a new tab. */
  readonly href?: string;
  readonly run: () => void;
}

export function usePaletteItems(): readonly PaletteItem[] {
  const goTo = useGoTo();
  const hrefOf = useHrefOf();
  const compare = useCompare();
  const copyLink = useCopyLink();
  const refresh = useRefreshNow();
  const moves = useRangeMoves();
  const setRange = useSetRange();
  const open = useShell((state) => state.open);
  const setThemeChoice = usePreferences((state) => state.setThemeChoice);
  const to = (path: PagePath) => ({ group: 'Go to' as const, href: hrefOf(path), run: () => goTo(path) });
  return [
    { id: 'overview', ...to('/'), label: 'Overview', words: 'home first run', keys: 'g h' },
    {
      id: 'metrics',
      ...to('/metrics'),
      label: 'Metrics',
      words: 'explore query promql graph',
      keys: 'g m',
    },
    {
      id: 'catalog',
      ...to('/metrics/catalog'),
      label: 'Metric catalog',
      words: 'names types help',
      keys: 'g c',
    },
    { id: 'alerts', ...to('/alerts'), label: 'Alerts', words: 'firing pending incidents acknowledge', keys: 'g a' },
    { id: 'rules', ...to('/alerts/rules'), label: 'Alerts: rules', words: 'alerting recording groups backtest' },
    { id: 'silences', ...to('/alerts/silences'), label: 'Alerts: silences', words: 'mute quiet expire' },
    { id: 'history', ...to('/alerts/history'), label: 'Alerts: history', words: 'timeline past mttr contributors' },
    { id: 'notify', ...to('/alerts/notify'), label: 'Alerts: notify', words: 'receivers routes escalation test mail' },
    {
      id: 'targets',
      ...to('/system/targets'),
      label: 'System: targets',
      words: 'scrape health up down',
      keys: 'g y',
    },
    {
      id: 'ingest',
      ...to('/system/ingest'),
      label: 'System: ingest',
      words: 'sources rejected remote write',
    },
    {
      id: 'storage',
      ...to('/system/storage'),
      label: 'System: storage',
      words: 'disk cardinality series retention',
    },
    {
      id: 'queries',
      ...to('/system/queries'),
      label: 'System: queries',
      words: 'running slow log kill stop',
    },
    { id: 'about', ...to('/system/about'), label: 'System: about', words: 'version config' },
    {
      id: 'new-silence',
      group: 'Do',
      label: 'New silence',
      words: 'mute quiet maintenance alert',
      href: hrefOf('/alerts/silences', { new: '1' }),
      run: () => goTo('/alerts/silences', { new: '1' }),
    },
    {
      id: 'try-rule',
      group: 'Do',
      label: 'Try a rule',
      words: 'check backtest yaml alert',
      href: hrefOf('/alerts/rules/new'),
      run: () => goTo('/alerts/rules/new'),
    },
    { id: 'copy', group: 'Do', label: 'Copy link with these times', keys: 'y', run: () => copyLink('absolute') },
    { id: 'copy-live', group: 'Do', label: 'Copy live link', run: () => copyLink('live') },
    { id: 'refresh', group: 'Do', label: 'Refresh', keys: 'd r', run: refresh },
    { id: 'light', group: 'Do', label: 'Theme: light', keys: 'c t', run: () => setThemeChoice('light') },
    { id: 'dark', group: 'Do', label: 'Theme: dark', keys: 'c t', run: () => setThemeChoice('dark') },
    { id: 'system-theme', group: 'Do', label: 'Theme: follow the system', run: () => setThemeChoice('system') },
    { id: 'zoom-out', group: 'Time', label: 'Zoom out', keys: 't z', run: moves.zoomOut },
    { id: 'live', group: 'Time', label: 'Back to now', keys: 't n', run: moves.live },
    { id: '15m', group: 'Time', label: 'Last 15 minutes', run: () => setRange('now-15m', 'now') },
    { id: '1h', group: 'Time', label: 'Last 1 hour', run: () => setRange('now-1h', 'now') },
    { id: '24h', group: 'Time', label: 'Last 24 hours', run: () => setRange('now-24h', 'now') },
    { id: 'yesterday', group: 'Time', label: 'Yesterday', run: () => setRange('now-1d/d', 'now-1d/d') },
    ...COMPARE_CHOICES.map(({ choice, words, keys }) => ({
      id: `compare-${choice}`,
      group: 'Time' as const,
      label: `${compare.choice === choice ? 'Stop comparing' : 'Compare'} with ${words}`,
      words: 'before earlier ghost yesterday',
      keys,
      run: () => compare.toggle(choice),
    })),
    { id: 'help', group: 'Help', label: 'Keyboard shortcuts', keys: '?', run: () => open('help', true) },
  ];
}

/** Recently used first, in the order of use. */
export function byRecency(items: readonly PaletteItem[], recent: readonly string[]): PaletteItem[] {
  const rank = (id: string): number => (recent.includes(id) ? recent.indexOf(id) : recent.length + 1);
  return items
    .map((item, index) => ({ item, index }))
    .sort((a, b) => rank(a.item.id) - rank(b.item.id) || a.index - b.index)
    .map(({ item }) => item);
}
