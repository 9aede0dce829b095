/** The states that every page speaks in. One component, one `data-state` each, so that tests can assert them. */
import { Check, CircleDashed, CloudOff, Copy, Filter, Inbox, OctagonX, TriangleAlert } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import type { ApiError } from '../api/client.ts';

type StateName =
  | 'loading'
  | 'empty-never'
  | 'empty-range'
  | 'empty-filter'
  | 'partial'
  | 'limited'
  | 'stale'
  | 'error'
  | 'offline';

const ICONS: Record<StateName, typeof Inbox> = {
  loading: CircleDashed,
  'empty-never': Inbox,
  'empty-range': Inbox,
  'empty-filter': Filter,
  partial: TriangleAlert,
  limited: TriangleAlert,
  stale: CircleDashed,
  error: OctagonX,
  offline: CloudOff,
};

interface StateViewProps {
  readonly state: StateName;
  readonly title: string;
  readonly detail?: ReactNode;
  readonly children?: ReactNode;
}

/** Fills the place of the content: what happened, why, and one thing to do. */
export function StateView({ state, title, detail, children }: StateViewProps): ReactNode {
  const Icon = ICONS[state];
  return (
    <div
      className="state"
      data-state={state}
      data-testid={state.startsWith('empty') ? 'empty' : undefined}
      role={state === 'error' || state === 'offline' ? 'alert' : 'status'}
    >
      <Icon className="state-icon" size={24} strokeWidth={1.5} aria-hidden="true" />
      <p className="state-title">{title}</p>
      {detail !== undefined && <p className="state-detail">{detail}</p>}
      {children !== undefined && <div className="state-actions">{children}</div>}
    </div>
  );
}

/** A strip above content that stays: partial answers, limits, stale data. */
export function StateStrip({
  state,
  children,
}: {
  state: 'partial' | 'limited' | 'stale' | 'error' | 'offline';
  children: ReactNode;
}): ReactNode {
  const Icon = ICONS[state];
  return (
    <div className="strip" data-state={state} role="status">
      <Icon size={14} aria-hidden="true" />
      {children}
    </div>
  );
}

/** A skeleton in the final shape; a word appears only when it takes longer than people wait without wondering. */
export function Skeleton({ height, label = 'Loading' }: { height: number; label?: string }): ReactNode {
  const [isSlow, setIsSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsSlow(true), 400);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="skeleton" data-state="loading" style={{ height }} role="status" aria-busy="true">
      {isSlow && <span>{label}…</span>}
    </div>
  );
}

export function ErrorState({
  error,
  onRetry,
  attempt,
}: {
  error: ApiError;
  onRetry?: () => void;
  attempt?: number;
}): ReactNode {
  const [isCopied, setIsCopied] = useState(false);
  const details = `${error.kind}${error.status === null ? '' : ` ${error.status}`}: ${error.message}`;
  const isOffline = error.kind === 'offline';
  return (
    <StateView state={isOffline ? 'offline' : 'error'} title={error.message} detail={error.hint}>
      {onRetry !== undefined && (
        <button type="button" className="button" onClick={onRetry}>
          {isOffline && attempt !== undefined && attempt > 0 ? `Try now (tried ${attempt} times)` : 'Retry'}
        </button>
      )}
      <button
        type="button"
        className="button"
        onClick={() => {
          void navigator.clipboard.writeText(details).then(() => setIsCopied(true));
        }}
      >
        {isCopied ? <Check size={14} aria-hidden="true" /> : <Copy size={14} aria-hidden="true" />}
        {isCopied ? 'Copied' : 'Copy details'}
      </button>
    </StateView>
  );
}
