/** What a backtest found, in words, and where its strips go. */
import type { BacktestRule } from '@sightline/api-types';
import { formatSpan } from './time-format.ts';

export interface BacktestSpan {
  readonly label: string;
  readonly value: string;
  readonly ms: number;
}

const HOUR_MS = 3_600_000;

export const BACKTEST_SPANS: readonly BacktestSpan[] = [
  { label: '1 h', value: '1h', ms: HOUR_MS },
  { label: '6 h', value: '6h', ms: 6 * HOUR_MS },
  { label: '24 h', value: '24h', ms: 24 * HOUR_MS },
  { label: '7 d', value: '7d', ms: 168 * HOUR_MS },
  { label: '30 d', value: '30d', ms: 720 * HOUR_MS },
];

/** `Would have fired 6×, 48 min in total, at most 12 min at once.` */
export function firedSentence({ firedCount, firingMs, longestMs, instanceCount }: BacktestRule): string {
  if (firedCount === 0) return 'Would not have fired.';
  const instances = instanceCount > 1 ? ` for ${instanceCount} instances` : '';
  const times = firedCount === 1 ? 'once' : `${firedCount}×`;
  const longest = firedCount === 1 ? '' : `, at most ${formatSpan(longestMs)} at once`;
  return `Would have fired ${times}${instances}, ${formatSpan(firingMs)} in total${longest}.`;
}

/** `3 notifications to pay, 1 to oncall`. */
export function notifiedSentence(notifications: BacktestRule['notifications'], firedCount: number): string {
  if (firedCount === 0) return '';
  const told = notifications.filter(({ count }) => count > 0);
  if (told.length === 0) return 'Nobody would have been told.';
  const parts = told.map(
    ({ receiver, count }, index) =>
      `${count}${index === 0 ? (count === 1 ? ' notification' : ' notifications') : ''} to ${receiver}`,
  );
  return `${parts.join(', ')}.`;
}

export interface Stripe {
  readonly x: number;
  readonly width: number;
}

/** Spans over a range as shares of its width; none is too thin to see. */
export function stripesOf(
  spans: BacktestRule['instances'][number]['spans'],
  startMs: number,
  endMs: number,
  thinnest: number,
): readonly Stripe[] {
  const total = Math.max(1, endMs - startMs);
  return spans.map(({ fromMs, toMs }) => {
    const x = Math.max(0, Math.min(1, (fromMs - startMs) / total));
    const width = Math.max(thinnest, Math.min(1, (toMs - startMs) / total) - x);
    return { x: Math.min(x, 1 - width), width };
  });
}

/** Distinct labels of an instance first: what every instance has says nothing. */
export function namesInCommon(instances: BacktestRule['instances']): readonly string[] {
  const [first, ...others] = instances;
  if (first === undefined || others.length === 0) return ['alertname'];
  return Object.keys(first.labels).filter((name) => others.every(({ labels }) => labels[name] === first.labels[name]));
}
