/** One query's field: a plain text area until the editor has loaded, then CodeMirror with the same text. */
import { AlignLeft, History, Play, SlidersHorizontal } from 'lucide-react';
import type { LintFix } from '@sightline/promql';
import { DropdownMenu } from 'radix-ui';
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import { formatQuery } from '../../api/prometheus.ts';
import { Skeleton } from '../../components/State.tsx';
import { readStoredList } from '../../lib/stored.ts';
import { useShell } from '../../state/shell.ts';
import { applyFix } from './lint/apply-fix.ts';
import { LintList } from './lint/LintList.tsx';
import { useLint } from './lint/use-lint.ts';
import { HISTORY } from './query-history.ts';
import type { MarkedPart } from './query-mark.ts';

const QueryBuilder = lazy(async () => ({ default: (await import('./builder/QueryBuilder.tsx')).QueryBuilder }));

type EditorComponent = typeof import('./editor/QueryEditor.tsx').QueryEditor;

/** Kept once loaded, so that a second row has its editor at once. */
let loadedEditor: EditorComponent | null = null;

const IDLE_MS = 300;

interface QueryFieldProps {
  readonly label: string;
  readonly expr: string;
  /** A query that is switched off gets no advice. */
  readonly isOn: boolean;
  readonly error: string | null;
  readonly isBusy: boolean;
  readonly stepMs: number;
  readonly rangeMs: number;
  /** The part of the query that another view points at. */
  readonly part: MarkedPart | null;
  readonly onRun: (expr: string) => void;
  readonly onExplain: (expr: string) => void;
  readonly isBuilding: boolean;
  /** Opens or closes the builder. */
  readonly onBuild: () => void;
}

export function QueryField(props: QueryFieldProps): ReactNode {
  const { label, expr, isOn, error, isBusy, stepMs, rangeMs, part, onRun, onExplain, isBuilding, onBuild } = props;
  const [text, setText] = useState(expr);
  const findings = useLint(isOn ? text : '', stepMs, rangeMs);
  const [isWanted, setIsWanted] = useState(false);
  const [Editor, setEditor] = useState<EditorComponent | null>(() => loadedEditor);
  const historyAt = useRef(-1);
  const hasFocus = useRef(false);
  const toast = useShell((state) => state.toast);
  useEffect(() => setText(expr), [expr]);
  // The editor is large; it loads when the page is idle, or at once when someone goes to the field.
  useEffect(() => {
    if (Editor !== null) return undefined;
    let isGone = false;
    const load = (): void => {
      import('./editor/QueryEditor.tsx').then(
        ({ QueryEditor }) => {
          loadedEditor = QueryEditor;
          if (!isGone) setEditor(() => QueryEditor);
        },
        () => toast('The editor could not be loaded; the plain field works as well.', true),
      );
    };
    const timer = setTimeout(load, isWanted ? 0 : IDLE_MS);
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [Editor, isWanted, toast]);

  const format = (): void => {
    if (text.trim() === '') return;
    formatQuery(text).then(
      (formatted) => setText(formatted),
      (failure: Error) => toast(`Not formatted: ${failure.message}`, true),
    );
  };
  const fix = (one: LintFix): void => {
    const fixed = applyFix(text, one);
    setText(fixed);
    onRun(fixed);
  };
  const fromHistory = (direction: -1 | 1): void => {
    const history = readStoredList(HISTORY);
    if (history.length === 0) return;
    historyAt.current = Math.max(0, Math.min(history.length - 1, historyAt.current + direction));
    setText(history[historyAt.current] ?? text);
  };
  const plain = (
    <textarea
      className="query-plain mono"
      aria-label={label}
      rows={1}
      value={text}
      spellCheck={false}
      placeholder="PromQL, for example rate(node_cpu_seconds_total[5m])"
      onFocus={() => {
        hasFocus.current = true;
        setIsWanted(true);
      }}
      onBlur={(event) => {
        // Being replaced by the editor is no leaving.
        hasFocus.current = !event.target.isConnected;
      }}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.metaKey || event.ctrlKey || !event.shiftKey)) {
          event.preventDefault();
          onRun(text);
        }
      }}
    />
  );
  return (
    <>
      <div className="query-field">
        {Editor === null ? (
          plain
        ) : (
          <Editor
            label={label}
            text={text}
            error={error}
            hasFocus={hasFocus}
            onChange={setText}
            onRun={onRun}
            onFormat={format}
            onHistory={fromHistory}
            findings={findings}
            part={text === expr ? part : null}
            onFix={fix}
            onExplain={() => onExplain(text)}
          />
        )}
        <button
          type="button"
          className="icon-button bare"
          aria-label="Builder"
          aria-expanded={isBuilding}
          title="Build the query without writing it"
          onClick={onBuild}
        >
          <SlidersHorizontal size={14} aria-hidden="true" />
        </button>
        <HistoryMenu onPick={onRun} />
        <button type="button" className="icon-button bare" aria-label="Format" title="Format (⇧⌥F)" onClick={format}>
          <AlignLeft size={14} aria-hidden="true" />
        </button>
        <button
          type="button"
          className={text.trim() === expr.trim() ? 'button' : 'button primary'}
          aria-busy={isBusy}
          onClick={() => onRun(text)}
          title="Run (Ctrl or ⌘ Enter)"
        >
          <Play size={12} aria-hidden="true" />
          Run
        </button>
      </div>
      {isBuilding && (
        <Suspense fallback={<Skeleton height={80} />}>
          <QueryBuilder label={label} text={expr} stepMs={stepMs} rangeMs={rangeMs} onRun={onRun} />
        </Suspense>
      )}
      <LintList findings={findings} onFix={fix} />
    </>
  );
}

function HistoryMenu({ onPick }: { onPick: (expr: string) => void }): ReactNode {
  const [history, setHistory] = useState<readonly string[]>([]);
  return (
    <DropdownMenu.Root modal={false} onOpenChange={(isOpen) => isOpen && setHistory(readStoredList(HISTORY))}>
      <DropdownMenu.Trigger className="icon-button bare" aria-label="History" title="History (⌥↑)">
        <History size={14} aria-hidden="true" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu history" align="end" sideOffset={4}>
          {history.length === 0 && <p className="hint menu-label">Queries you run are kept here.</p>}
          {history.slice(0, 20).map((one) => (
            <DropdownMenu.Item key={one} className="menu-item mono" onSelect={() => onPick(one)}>
              {one}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
