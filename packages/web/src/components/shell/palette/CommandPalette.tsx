/** ⌘K: pages, actions, times, metrics. Client results at once, metrics from the server as they come. */
import { useQuery } from '@tanstack/react-query';
import { Command } from 'cmdk';
import { Dialog } from 'radix-ui';
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useState } from 'react';
import { searchMetricNames } from '../../../api/prometheus.ts';
import { fuzzyTop } from '../../../lib/fuzzy.ts';
import { autoStepMs } from '../../../lib/step.ts';
import { readStoredList, rememberStored } from '../../../lib/stored.ts';
import { rangePreview } from '../../../lib/time-format.ts';
import { parseRange } from '../../../lib/time-range.ts';
import { useShell } from '../../../state/shell.ts';
import { useRange, useSetRange } from '../../../state/url.ts';
import { Keys } from '../../Keys.tsx';
import { type MetricAction, useMetricActions } from './metric-actions.ts';
import { byRecency, usePaletteItems } from './palette-items.ts';

const METRIC_LIMIT = 12;
const TYPING_PAUSE_MS = 120;
const METRIC = 'metric:';
const GROUPS = ['Go to', 'Do', 'Time', 'Help'] as const;

export function CommandPalette(): ReactNode {
  const isOpen = useShell((state) => state.isPaletteOpen);
  const open = useShell((state) => state.open);
  const [metric, setMetric] = useState<string | null>(null);
  const onOpen = (next: boolean): void => {
    open('palette', next);
    setMetric(null);
  };
  return (
    <Dialog.Root open={isOpen} onOpenChange={onOpen}>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content
          className="palette"
          aria-describedby={undefined}
          data-testid="palette"
          onEscapeKeyDown={(event) => {
            if (metric === null) return;
            event.preventDefault();
            setMetric(null);
          }}
        >
          <Dialog.Title className="visually-hidden">Search or jump</Dialog.Title>
          {metric === null ? (
            <Finder onDone={() => onOpen(false)} onMetric={setMetric} />
          ) : (
            <MetricMenu name={metric} onDone={() => onOpen(false)} onBack={() => setMetric(null)} />
          )}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Ctrl or ⌘ with Enter opens what is chosen beside this page. True when the press was that. */
function openedBeside(event: KeyboardEvent, href: string | undefined): boolean {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return false;
  event.preventDefault();
  event.stopPropagation();
  if (href === undefined) return false;
  window.open(href, '_blank', 'noopener');
  return true;
}

function useMetricNames(query: string): readonly string[] {
  const [asked, setAsked] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setAsked(query), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [query]);
  const metrics = useQuery({
    queryKey: ['palette-metrics', asked],
    queryFn: ({ signal }) => searchMetricNames(asked, METRIC_LIMIT * 5, signal),
    enabled: asked.length >= 2,
    placeholderData: (old) => old,
    retry: false,
  });
  return query.length >= 2 ? fuzzyTop(metrics.data ?? [], query, (name) => name, METRIC_LIMIT) : [];
}

function Finder({ onDone, onMetric }: { onDone: () => void; onMetric: (name: string) => void }): ReactNode {
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState('');
  const items = usePaletteItems();
  const actionsOf = useMetricActions();
  const recent = useMemo(() => readStoredList('palette-recent'), []);
  const { zone } = useRange();
  const setRange = useSetRange();
  const query = text.trim();
  const names = useMetricNames(query);
  const done = (id: string | null, run: () => void): void => {
    if (id !== null) rememberStored('palette-recent', id, 8);
    onDone();
    run();
  };
  const found =
    query === ''
      ? byRecency(items, recent)
      : fuzzyTop(items, query, ({ label, words = '' }) => `${label} ${words}`, 20);
  const range = query === '' ? null : parseRange(query, { nowMs: Date.now(), zone });
  const chosenMetric = chosen.startsWith(METRIC) ? chosen.slice(METRIC.length) : null;

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const graph = chosenMetric === null ? undefined : actionsOf(chosenMetric)[0];
    const href = graph?.href ?? items.find(({ id }) => id === chosen)?.href;
    if (openedBeside(event, href)) {
      onDone();
      return;
    }
    const field = event.target;
    const isAtEnd = field instanceof HTMLInputElement && field.selectionStart === field.value.length;
    if (event.key === 'ArrowRight' && isAtEnd && chosenMetric !== null) {
      event.preventDefault();
      onMetric(chosenMetric);
    }
  };

  return (
    <Command
      shouldFilter={false}
      loop
      label="Search or jump"
      value={chosen}
      onValueChange={setChosen}
      onKeyDown={onKeyDown}
    >
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
        {range?.ok === true && (
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
        {GROUPS.map((group) => {
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
                value={METRIC + name}
                onSelect={() => done(null, () => actionsOf(name)[0]?.run())}
              >
                <span className="mono">{name}</span>
                <small>graph, → for more</small>
              </Command.Item>
            ))}
          </Command.Group>
        )}
      </Command.List>
      <p className="palette-foot">
        <Keys keys="Enter" /> open <Keys keys="mod+Enter" /> new tab <Keys keys="ArrowRight" /> more of a metric
      </p>
    </Command>
  );
}

interface MetricMenuProps {
  readonly name: string;
  readonly onDone: () => void;
  readonly onBack: () => void;
}

/** The sub-actions of a metric; ← leads back to the search. */
function MetricMenu({ name, onDone, onBack }: MetricMenuProps): ReactNode {
  const actions = useMetricActions()(name);
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState('graph');
  const found = fuzzyTop(actions, text, ({ label }) => label, actions.length);
  const run = (action: MetricAction): void => {
    onDone();
    action.run();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (openedBeside(event, actions.find(({ id }) => id === chosen)?.href)) {
      onDone();
      return;
    }
    const isBack = text === '' && (event.key === 'ArrowLeft' || event.key === 'Backspace');
    if (!isBack) return;
    event.preventDefault();
    onBack();
  };
  return (
    <Command
      shouldFilter={false}
      loop
      label={`What to do with ${name}`}
      value={chosen}
      onValueChange={setChosen}
      onKeyDown={onKeyDown}
    >
      <Command.Input
        className="palette-input"
        placeholder={`What to do with ${name}`}
        autoFocus
        value={text}
        onValueChange={setText}
      />
      <Command.List className="palette-list">
        <Command.Empty className="hint">Nothing of that name can be done with a metric.</Command.Empty>
        <Command.Group heading={name}>
          {found.map((action) => (
            <Command.Item key={action.id} className="palette-item" value={action.id} onSelect={() => run(action)}>
              <span>{action.label}</span>
            </Command.Item>
          ))}
        </Command.Group>
      </Command.List>
      <p className="palette-foot">
        <Keys keys="Enter" /> open <Keys keys="mod+Enter" /> new tab <Keys keys="ArrowLeft" /> back
      </p>
    </Command>
  );
}
