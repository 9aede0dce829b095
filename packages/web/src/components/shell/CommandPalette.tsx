/** ⌘K: pages, actions, times, metrics. Client results at once, metrics from the server as they come. */
import { useQuery } from '@tanstack/react-query';
import { Command } from 'cmdk';
import { Dialog } from 'radix-ui';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { searchMetricNames } from '../../api/prometheus.ts';
import { fuzzyTop } from '../../lib/fuzzy.ts';
import { readStoredList, rememberStored } from '../../lib/stored.ts';
import { rangePreview } from '../../lib/time-format.ts';
import { parseRange } from '../../lib/time-range.ts';
import { autoStepMs } from '../../lib/step.ts';
import { usePreferences } from '../../state/preferences.ts';
import { useShell } from '../../state/shell.ts';
import { useGoTo, useRange, useSetRange } from '../../state/url.ts';
import { Keys } from '../Keys.tsx';
import { useRangeMoves } from '../time/use-range-moves.ts';
import { useCopyLink } from './CopyLinkMenu.tsx';
import { useRefreshNow } from './RefreshMenu.tsx';

interface PaletteItem {
  readonly id: string;
  readonly group: 'Go to' | 'Do' | 'Time' | 'Help';
  readonly label: string;
  readonly words?: string;
  readonly keys?: string;
  readonly run: () => void;
}

const METRIC_LIMIT = 12;
const TYPING_PAUSE_MS = 120;

function useItems(): readonly PaletteItem[] {
  const goTo = useGoTo();
  const copyLink = useCopyLink();
  const refresh = useRefreshNow();
  const moves = useRangeMoves();
  const setRange = useSetRange();
  const open = useShell((state) => state.open);
  const setThemeChoice = usePreferences((state) => state.setThemeChoice);
  return [
    { id: 'overview', group: 'Go to', label: 'Overview', words: 'home first run', keys: 'g h', run: () => goTo('/') },
    {
      id: 'metrics',
      group: 'Go to',
      label: 'Metrics',
      words: 'explore query promql graph',
      keys: 'g m',
      run: () => goTo('/metrics'),
    },
    {
      id: 'catalog',
      group: 'Go to',
      label: 'Metric catalog',
      words: 'names types help',
      keys: 'g c',
      run: () => goTo('/metrics/catalog'),
    },
    {
      id: 'targets',
      group: 'Go to',
      label: 'System: targets',
      words: 'scrape health up down',
      keys: 'g y',
      run: () => goTo('/system/targets'),
    },
    {
      id: 'ingest',
      group: 'Go to',
      label: 'System: ingest',
      words: 'sources rejected remote write',
      run: () => goTo('/system/ingest'),
    },
    {
      id: 'storage',
      group: 'Go to',
      label: 'System: storage',
      words: 'disk cardinality series retention',
      run: () => goTo('/system/storage'),
    },
    { id: 'about', group: 'Go to', label: 'System: about', words: 'version config', run: () => goTo('/system/about') },
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
    { id: 'help', group: 'Help', label: 'Keyboard shortcuts', keys: '?', run: () => open('help', true) },
  ];
}

/** Recently used first, in the order of use. */
function byRecency(items: readonly PaletteItem[], recent: readonly string[]): PaletteItem[] {
  const rank = (id: string): number => (recent.includes(id) ? recent.indexOf(id) : recent.length + 1);
  return items
    .map((item, index) => ({ item, index }))
    .sort((a, b) => rank(a.item.id) - rank(b.item.id) || a.index - b.index)
    .map(({ item }) => item);
}

export function CommandPalette(): ReactNode {
  const isOpen = useShell((state) => state.isPaletteOpen);
  const open = useShell((state) => state.open);
  return (
    <Dialog.Root open={isOpen} onOpenChange={(next) => open('palette', next)}>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content className="palette" aria-describedby={undefined} data-testid="palette">
          <Dialog.Title className="visually-hidden">Search or jump</Dialog.Title>
          <PaletteBody onDone={() => open('palette', false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function PaletteBody({ onDone }: { onDone: () => void }): ReactNode {
  const [text, setText] = useState('');
  const [asked, setAsked] = useState('');
  const items = useItems();
  const recent = useMemo(() => readStoredList('palette-recent'), []);
  const { zone } = useRange();
  const setRange = useSetRange();
  const goTo = useGoTo();
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text.trim()), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const metrics = useQuery({
    queryKey: ['palette-metrics', asked],
    queryFn: ({ signal }) => searchMetricNames(asked, METRIC_LIMIT * 5, signal),
    enabled: asked.length >= 2,
    placeholderData: (old) => old,
    retry: false,
  });
  const done = (id: string | null, run: () => void): void => {
    if (id !== null) rememberStored('palette-recent', id, 8);
    onDone();
    run();
  };
  const query = text.trim();
  const found =
    query === ''
      ? byRecency(items, recent)
      : fuzzyTop(items, query, ({ label, words = '' }) => `${label} ${words}`, 20);
  const range = query === '' ? null : parseRange(query, { nowMs: Date.now(), zone });
  const isRange = range?.ok === true;
  const names = query.length >= 2 ? fuzzyTop(metrics.data ?? [], query, (name) => name, METRIC_LIMIT) : [];
  const groups = ['Go to', 'Do', 'Time', 'Help'] as const;
  return (
    <Command shouldFilter={false} loop label="Search or jump">
      <Command.Input
        className="palette-input"
        placeholder="Page, action, time (14:00±10m) or metric"
        value={text}
        onValueChange={setText}
      />
      <Command.List className="palette-list">
        <Command.Empty className="hint">
          Nothing matches. Metrics are searched by name, times by the picker's grammar.
        </Command.Empty>
        {isRange && (
          <Command.Group heading="Time">
            <Command.Item
              className="palette-item"
              value="set-range"
              onSelect={() => done(null, () => setRange(range.from, range.to))}
            >
              <span>Set time range</span>
              <small className="num">
                {rangePreview(range.fromMs, range.toMs, zone, autoStepMs(range.toMs - range.fromMs, 250))}
              </small>
            </Command.Item>
          </Command.Group>
        )}
        {groups.map((group) => {
          const ofGroup = found.filter((item) => item.group === group);
          if (ofGroup.length === 0) return null;
          return (
            <Command.Group key={group} heading={group}>
              {ofGroup.map((item) => (
                <Command.Item
                  key={item.id}
                  className="palette-item"
                  value={item.id}
                  onSelect={() => done(item.id, item.run)}
                >
                  <span>{item.label}</span>
                  {item.keys !== undefined && <Keys keys={item.keys} />}
                </Command.Item>
              ))}
            </Command.Group>
          );
        })}
        {names.length > 0 && (
          <Command.Group heading="Query">
            {names.map((name) => (
              <Command.Item
                key={name}
                className="palette-item"
                value={`metric:${name}`}
                onSelect={() => done(null, () => goTo('/metrics', { q: [name] }))}
              >
                <span className="mono">{name}</span>
                <small>graph</small>
              </Command.Item>
            ))}
          </Command.Group>
        )}
      </Command.List>
    </Command>
  );
}
