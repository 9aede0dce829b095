/** A query that takes longer than people wait without wondering: how long it runs, and a way to stop it. */
import { type ReactNode, useEffect, useState } from 'react';
import { THIN } from '../../lib/units.ts';

const SLOW_MS = 2_000;
const TICK_MS = 500;

interface SlowQueryProps {
  readonly isRunning: boolean;
  readonly onCancel: () => void;
}

export function SlowQuery({ isRunning, onCancel }: SlowQueryProps): ReactNode {
  const [elapsedMs, setElapsedMs] = useState(0);
  useEffect(() => {
    if (!isRunning) return undefined;
    const started = performance.now();
    const timer = setInterval(() => setElapsedMs(performance.now() - started), TICK_MS);
    return () => {
      clearInterval(timer);
      setElapsedMs(0);
    };
  }, [isRunning]);
  if (!isRunning || elapsedMs < SLOW_MS) return null;
  return (
    <div className="slow-query" data-testid="slow-query">
      <span className="num">
        Running for {Math.floor(elapsedMs / 1000)}
        {THIN}s
      </span>
      <button type="button" className="button" onClick={onCancel}>
        Cancel
      </button>
    </div>
  );
}
