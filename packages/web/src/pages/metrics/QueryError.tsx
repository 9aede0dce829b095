/** A query that failed, in the place of its result: what the server says, and a way on. */
import type { ReactNode } from 'react';
import type { ApiError } from '../../api/client.ts';
import { ErrorState, StateView } from '../../components/State.tsx';
import { limitAdvice, type LimitAction } from '../../lib/limit-advice.ts';
import { useGoTo, usePatchUrl, useRange, useSetRange } from '../../state/url.ts';

interface QueryErrorProps {
  readonly error: ApiError;
  readonly attempts: number;
  /** A mistake in the text is shown beside the query already. */
  readonly isMarked?: boolean;
  readonly onRetry: () => void;
  /** Wraps the queries in topk(20, …). */
  readonly onTopk: () => void;
}

const LABELS: Readonly<Record<LimitAction, string>> = {
  topk: 'Use topk(20, …)',
  'auto-step': 'Let the step fit',
  halve: 'Halve the range',
  queries: 'See what is running',
};

/** True for an error in the text of a query, not for one that a limit refused. */
export function isMistake(error: ApiError): boolean {
  return error.errorType === 'bad_data' && limitAdvice(error.message) === null;
}

export function QueryError({ error, attempts, isMarked = false, onRetry, onTopk }: QueryErrorProps): ReactNode {
  const run = useLimitActions(onTopk);
  if (isMistake(error)) {
    return isMarked ? (
      <StateView
        state="error"
        title="The query has a mistake."
        detail="It is marked above. Correct it and run it again."
      />
    ) : (
      <StateView state="error" title={plainMessage(error)} detail={error.hint} />
    );
  }
  const advice = error.kind === 'offline' ? null : limitAdvice(error.message);
  if (advice === null) return <ErrorState error={error} attempt={attempts} onRetry={onRetry} />;
  return (
    <StateView state="error" title={`${plainMessage(error)}.`} detail={error.hint}>
      {advice.actions.map((action, index) => (
        <button
          key={action}
          type="button"
          className={index === 0 ? 'button primary' : 'button'}
          onClick={() => run(action)}
        >
          {LABELS[action]}
        </button>
      ))}
      <button type="button" className="button" onClick={onRetry}>
        Retry
      </button>
    </StateView>
  );
}

export function plainMessage(error: ApiError): string {
  return error.message.replace(/^invalid parameter "query": /, '').replace(/\.$/, '');
}

function useLimitActions(onTopk: () => void): (action: LimitAction) => void {
  const goTo = useGoTo();
  const patch = usePatchUrl();
  const setRange = useSetRange();
  const { fromMs, toMs, isLive } = useRange();
  return (action) => {
    switch (action) {
      case 'topk':
        return onTopk();
      case 'auto-step':
        return patch({ step: null });
      case 'queries':
        return goTo('/system/queries');
      case 'halve': {
        const seconds = Math.max(1, Math.round((toMs - fromMs) / 2_000));
        return isLive
          ? setRange(`now-${seconds}s`, 'now')
          : setRange(String(Math.round(toMs - seconds * 1000)), String(Math.round(toMs)));
      }
    }
  };
}
