/** Metrics: write queries, see the graph or the values. Everything is in the address bar. */
import { lazy, type ReactNode, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { CHART_SHORTCUTS } from '../../components/chart/chart-shortcuts.ts';
import { draggedRange } from '../../lib/range-moves.ts';
import type { Shortcut } from '../../lib/keymap.ts';
import { type QueryRow, rowsPatch } from '../../lib/query-rows.ts';
import { guessUnit } from '../../lib/unit-guess.ts';
import { useRangeMoves } from '../../components/time/use-range-moves.ts';
import { useShell } from '../../state/shell.ts';
import { useShortcuts } from '../../state/shortcuts.ts';
import { usePatchUrl, useRange, useSetRange, useUrlSearch } from '../../state/url.ts';
import { GraphView } from './GraphView.tsx';
import { MetricsTabs } from './MetricsTabs.tsx';
import { QueryRows } from './QueryRows.tsx';
import { StartHere } from './StartHere.tsx';
import { TableView } from './TableView.tsx';
import { Skeleton } from '../../components/State.tsx';
import type { MarkedPart } from './query-mark.ts';
import { type MetricsView, stepOf, useMetricsState } from './use-metrics-state.ts';
import { useRangeQueries } from '../../components/query/use-range-queries.ts';
import { useExemplars } from './use-exemplars.ts';
import { ViewOptions } from './ViewOptions.tsx';

const ExplainView = lazy(async () => ({ default: (await import('./explain/ExplainView.tsx')).ExplainView }));

const SHORTCUTS = [
  { keys: 'mod+Enter', label: 'Run the query', group: 'Query' },
  { keys: 'shift+alt+f', label: 'Format the query', group: 'Query' },
  { keys: 'alt+Enter', label: 'Apply the fix at the cursor', group: 'Query' },
  { keys: 'F8', label: 'Next finding in the query', group: 'Query' },
  { keys: 'alt+ArrowUp', label: 'Query before in the history', group: 'Query' },
  { keys: 'Escape', label: 'Leave the editor', group: 'Query' },
] as const;

export function MetricsPage(): ReactNode {
  const search = useUrlSearch();
  const patch = usePatchUrl();
  const range = useRange();
  const setRange = useSetRange();
  const moves = useRangeMoves();
  const setStep = useShell((state) => state.setStep);
  const tick = useShell((state) => state.tick);
  const state = useMetricsState(search);
  const [width, setWidth] = useState(1000);
  const [part, setPart] = useState<MarkedPart | null>(null);
  const body = useRef<HTMLDivElement>(null);
  const latest = useRef(state);
  latest.current = state;
  const shortcuts = useMemo(
    (): readonly Shortcut[] => [
      ...SHORTCUTS,
      {
        keys: 'alt+e',
        label: 'Explain the query, or back to the graph',
        group: 'Query',
        run: () => patch({ view: latest.current.view === 'explain' ? null : 'explain' }),
      },
      {
        keys: 'd x',
        label: 'Exemplars on or off',
        group: 'Page',
        run: () => patch({ exemplars: latest.current.hasExemplars ? '0' : '1' }),
      },
    ],
    [patch],
  );
  useShortcuts('metrics', shortcuts);
  useShortcuts('chart', CHART_SHORTCUTS);

  const { fromMs, toMs } = range;
  const stepMs = stepOf(state.stepText, toMs - fromMs, width);
  const answers = useRangeQueries({ rows: state.rows, fromMs, toMs, stepMs, isEnabled: state.view === 'graph' });
  const isWithExemplars = state.view === 'graph' && state.hasExemplars;
  const exemplars = useExemplars({ rows: state.rows, fromMs, toMs, stepMs, isEnabled: isWithExemplars });
  const guessed = useMemo(
    () => guessUnit(state.rows.find(({ isOn, expr }) => isOn && expr !== '')?.expr ?? ''),
    [state.rows],
  );

  useEffect(() => {
    setStep(stepMs);
    return () => setStep(null);
  }, [stepMs, setStep]);
  useEffect(() => {
    const element = body.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const setRows = useCallback(
    (rows: readonly Pick<QueryRow, 'expr' | 'isOn'>[], view?: MetricsView) => {
      tick();
      patch({ ...rowsPatch(rows), ...(view === undefined ? {} : { view: view === 'graph' ? null : view }) });
    },
    [patch, tick],
  );
  const onZoom = useCallback(
    (from: number, to: number) => {
      const dragged = draggedRange(from, to);
      if (dragged !== null) setRange(dragged.from, dragged.to);
    },
    [setRange],
  );
  const onTopk = (): void =>
    setRows(state.rows.map(({ expr, isOn }) => ({ expr: isOn ? `topk(20, ${expr})` : expr, isOn })));
  const isBlank = state.rows.every(({ expr }) => expr.trim() === '');

  return (
    <div className="page metrics">
      <MetricsTabs />
      <QueryRows
        rows={state.rows}
        answers={answers.rows}
        stepMs={stepMs}
        rangeMs={toMs - fromMs}
        part={part}
        building={state.building}
        onBuild={(ref) => {
          const { building } = state;
          const next = building.includes(ref) ? building.replace(ref, '') : building + ref;
          patch({ build: next === '' ? null : next }, 'replace');
        }}
        onChange={setRows}
      />
      <div ref={body} className="metrics-body">
        {isBlank ? (
          <StartHere onPick={(expr) => setRows([{ expr, isOn: true }])} />
        ) : (
          <section className="panel result" aria-label="Result">
            <ViewOptions state={state} guessed={guessed} stepMs={stepMs} onPatch={patch} />
            {state.view === 'graph' ? (
              <GraphView
                answers={answers}
                range={range}
                shape={state.shape}
                unit={state.unit ?? guessed}
                stepMs={stepMs}
                onZoom={onZoom}
                onZoomOut={moves.zoomOut}
                onTopk={onTopk}
                exemplars={exemplars}
              />
            ) : state.view === 'explain' ? (
              <Suspense fallback={<Skeleton height={220} />}>
                <ExplainView
                  rows={state.rows}
                  range={range}
                  stepMs={stepMs}
                  onMark={setPart}
                  onGraph={(expr) => setRows([...state.rows, { expr, isOn: true }], 'graph')}
                  onTopk={onTopk}
                />
              </Suspense>
            ) : (
              <TableView
                rows={state.rows}
                timeMs={toMs}
                range={range}
                stepMs={stepMs}
                unit={state.unit}
                onTopk={onTopk}
              />
            )}
          </section>
        )}
      </div>
    </div>
  );
}
