/** Explain: what each part of the queries gave and what it took. Loaded when it is asked for. */
import { useQueries } from '@tanstack/react-query';
import type { ExplainResult } from '@sightline/api-types';
import type { ReactNode } from 'react';
import { explainQuery } from '../../../api/system.ts';
import { asApiError } from '../../../components/QueryGate.tsx';
import { SlowQuery } from '../../../components/query/SlowQuery.tsx';
import { TimeSplit, TimeSplitKey } from '../../../components/query/TimeSplit.tsx';
import { useKeptAnswers } from '../../../components/query/use-kept-answers.ts';
import { Skeleton, StateStrip, StateView } from '../../../components/State.tsx';
import type { TimeParts } from '../../../lib/query-log.ts';
import type { QueryRow } from '../../../lib/query-rows.ts';
import { alignRange, fillQuery } from '../../../lib/step.ts';
import { formatSpan } from '../../../lib/time-format.ts';
import { formatValue } from '../../../lib/units.ts';
import type { RangeState } from '../../../state/url.ts';
import { QueryError } from '../QueryError.tsx';
import type { MarkedPart } from '../query-mark.ts';
import { ExplainTree } from './ExplainTree.tsx';

interface ExplainViewProps {
  readonly rows: readonly QueryRow[];
  readonly range: RangeState;
  readonly stepMs: number;
  readonly onMark: (part: MarkedPart | null) => void;
  /** Adds a part of a query as a query of its own and shows its graph. */
  readonly onGraph: (expr: string) => void;
  readonly onTopk: () => void;
}

export function ExplainView({ rows, range, stepMs, onMark, onGraph, onTopk }: ExplainViewProps): ReactNode {
  const active = rows.filter(({ isOn, expr }) => isOn && expr.trim() !== '');
  const rangeMs = range.toMs - range.fromMs;
  const { startMs, endMs } = alignRange(range.fromMs, range.toMs, stepMs);
  const filled = active.map(({ expr }) => fillQuery(expr, stepMs, rangeMs));
  const queries = useQueries({
    queries: filled.map(({ text }) => ({
      queryKey: ['explain', text, startMs, endMs, stepMs],
      queryFn: ({ signal }: { signal: AbortSignal }) => explainQuery({ expr: text, startMs, endMs, stepMs }, signal),
    })),
  });
  const kept = useKeptAnswers(
    filled.map(({ text }) => text),
    queries.map(({ data }) => data),
  );
  if (active.length === 0) {
    return (
      <StateView
        state="empty-filter"
        title="Every query is switched off."
        detail="Switch one on with the letter in front of it."
      />
    );
  }
  return (
    <div className="panel-body explain" data-testid="explain">
      {active.map((row, index) => {
        const query = queries[index];
        const answer = kept[index];
        const error = asApiError(query?.error ?? query?.failureReason);
        const places = filled[index];
        if (query === undefined || places === undefined) return null;
        return (
          <section key={row.ref} aria-label={`Query ${row.ref}`} className="explain-query">
            {active.length > 1 && <h3 className="explain-ref">{row.ref}</h3>}
            <SlowQuery isRunning={query.isFetching} onCancel={() => void query.refetch({ cancelRefetch: true })} />
            {answer?.value === undefined ? (
              error === null ? (
                <Skeleton height={220} label="Running the query" />
              ) : (
                <QueryError
                  error={error}
                  attempts={query.failureCount}
                  onRetry={() => void query.refetch()}
                  onTopk={onTopk}
                />
              )
            ) : (
              <div className={answer.isKept ? 'is-stale' : undefined} data-state={answer.isKept ? 'loading' : 'ready'}>
                {error !== null && <StateStrip state="stale">{error.message} What you see is older.</StateStrip>}
                <Explained
                  result={answer.value}
                  label={`Parts of query ${row.ref}`}
                  onMark={(span) => onMark(span === null ? null : { ref: row.ref, ...places.sourceOf(span) })}
                  onGraph={(span) => {
                    const { start, end } = places.sourceOf(span);
                    onGraph(row.expr.slice(start, end));
                  }}
                />
              </div>
            )}
          </section>
        );
      })}
    </div>
  );
}

interface ExplainedProps {
  readonly result: ExplainResult;
  readonly label: string;
  readonly onMark: (span: { readonly start: number; readonly end: number } | null) => void;
  readonly onGraph: (span: { readonly start: number; readonly end: number }) => void;
}

function Explained({ result, label, onMark, onGraph }: ExplainedProps): ReactNode {
  const { totals, tree, warnings, infos } = result;
  const parts: TimeParts = {
    parse: totals.parseMs,
    wait: totals.waitMs,
    read: totals.readMs,
    eval: totals.evalMs,
  };
  const whole = totals.parseMs + totals.waitMs + totals.readMs + totals.evalMs;
  return (
    <>
      {[...warnings, ...infos].map((text) => (
        <StateStrip key={text} state="limited">
          {text}
        </StateStrip>
      ))}
      <div className="explain-totals">
        <p className="num">
          {formatValue(whole, 'ms')} · {formatValue(totals.seriesRead, 'short')} series and{' '}
          {formatValue(totals.samplesRead, 'short')} samples read · result {formatValue(totals.resultSeries, 'short')}{' '}
          series, {formatValue(totals.resultSamples, 'short')} points · at most {formatValue(totals.peakBytes, 'bytes')}{' '}
          · step {formatSpan(result.stepMs)}
        </p>
        <TimeSplit parts={parts} />
        <TimeSplitKey parts={parts} />
      </div>
      <ExplainTree root={tree} label={label} onMark={onMark} onGraph={onGraph} />
    </>
  );
}
