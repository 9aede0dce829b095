/** Tries a rule on the past: how often it would have fired, how long, and how many messages that makes. */
import type { BacktestRequest } from '@sightline/api-types';
import { Play, Square } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { Meter } from '../../../../components/Meter.tsx';
import { ErrorState, StateStrip } from '../../../../components/State.tsx';
import { BACKTEST_SPANS } from '../../../../lib/backtest-model.ts';
import { firstValue } from '../../../../lib/search-params.ts';
import { usePatchUrl, useUrlSearch } from '../../../../state/url.ts';
import { BacktestResult } from './BacktestResult.tsx';
import { useBacktest } from './use-backtest.ts';

interface BacktestPanelProps {
  /** Null: there is nothing to try, and `why`. */
  readonly subject: Pick<BacktestRequest, 'rule' | 'yaml'> | null;
  readonly why: string;
}

const DEFAULT_SPAN = '24h';

export function BacktestPanel({ subject, why }: BacktestPanelProps): ReactNode {
  const id = useId();
  const wanted = firstValue(useUrlSearch()['over']) ?? DEFAULT_SPAN;
  const patch = usePatchUrl();
  const span = BACKTEST_SPANS.find(({ value }) => value === wanted) ?? BACKTEST_SPANS[2];
  const backtest = useBacktest();
  const { request, status, error, isRunning } = backtest;
  const run = (): void => {
    if (subject === null || span === undefined) return;
    const endMs = Date.now();
    backtest.start({ ...subject, startMs: endMs - span.ms, endMs });
  };
  const percent = Math.round((status?.progress ?? 0) * 100);
  return (
    <section className="panel" aria-label="Backtest" data-testid="backtest" data-running={isRunning}>
      <div className="panel-head">
        <h2>Would it have fired?</h2>
        <fieldset className="segmented wrap-segments">
          <legend className="visually-hidden">Over the last</legend>
          {BACKTEST_SPANS.map(({ label, value }) => (
            <label key={value} data-on={span?.value === value}>
              <input
                type="radio"
                name={`${id}-over`}
                checked={span?.value === value}
                onChange={() => patch({ over: value === DEFAULT_SPAN ? null : value })}
              />
              {label}
            </label>
          ))}
        </fieldset>
        <span className="panel-end">
          {isRunning && status !== null ? (
            <button type="button" className="button" onClick={backtest.cancel}>
              <Square size={12} aria-hidden="true" />
              Stop
            </button>
          ) : (
            <button type="button" className="button primary" disabled={subject === null || isRunning} onClick={run}>
              <Play size={12} aria-hidden="true" />
              Backtest
            </button>
          )}
        </span>
      </div>
      <div className="panel-body stack" aria-live="polite">
        {subject === null ? (
          <p className="note">{why}</p>
        ) : isRunning ? (
          <div className="backtest-progress">
            <Meter value={status?.progress ?? 0} label="Progress of the backtest" />
            <span className="note num">{percent}%</span>
          </div>
        ) : error !== null ? (
          <ErrorState error={error} onRetry={run} />
        ) : status === null ? (
          <p className="note">
            Runs the rule over what is stored, grouped and routed as it would be now. Rules that run are not held up.
          </p>
        ) : status.state === 'failed' ? (
          <StateStrip state="error">{status.error ?? 'The backtest failed.'}</StateStrip>
        ) : status.state === 'canceled' ? (
          <p className="note">Stopped before it was done.</p>
        ) : (
          request !== null && <BacktestResult status={status} startMs={request.startMs} endMs={request.endMs} />
        )}
      </div>
    </section>
  );
}
