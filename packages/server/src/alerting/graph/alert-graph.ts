/** The graph of a notification: its expression from before the first alert began until now, as a picture with a legend. */
import type { Labels } from '@sightline/model';
import type { RangeSeries } from '@sightline/promql';
import { withDeadline } from '../../lib/abort.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { type Alert, isResolvedAt } from '../alert.ts';
import type { Notification } from '../receivers/receiver.ts';
import { type DrawnExpression, drawnExpression, expressionOfLink } from './alert-expression.ts';
import { colorOf, MAX_SERIES } from './graph-input.ts';
import { renderPng } from './png.ts';
import { buildScene } from './scene.ts';

export interface AlertGraph {
  readonly png: Buffer;
  /** The expression. */
  readonly title: string;
  /** As shown; the picture has twice as many pixels. */
  readonly width: number;
  readonly height: number;
  readonly legend: readonly { readonly name: string; readonly color: string }[];
  /** Series that are not drawn. */
  readonly hidden: number;
}

interface GraphRange {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

export interface AlertGrapherOptions {
  /** Runs a range query with the priority of work that nobody waits for. */
  readonly query: (text: string, range: GraphRange, signal: AbortSignal) => Promise<readonly RangeSeries[]>;
  readonly logger: Logger;
  /** A notification does not wait longer for its graph. */
  readonly timeoutMs?: number;
}

const SIZE = { width: 590, height: 200 };
const BEFORE_MS = 30 * 60_000;
const LONGEST_MS = 6 * 3_600_000;
const POINTS = 240;
const SHORTEST_STEP_MS = 15_000;
const MAX_NAME = 200;

/** Resolves with undefined when there is no expression or it gives nothing; a failure is logged and costs only the graph. */
export function createAlertGrapher({ query, logger, timeoutMs = 5_000 }: AlertGrapherOptions) {
  // A notification that is tried again is drawn once.
  const drawings = new WeakMap<Notification, Promise<AlertGraph | undefined>>();

  async function graphOf(notification: Notification, signal: AbortSignal): Promise<AlertGraph | undefined> {
    const [first] = notification.alerts;
    const text = first === undefined ? undefined : expressionOfLink(first.generatorUrl);
    const drawn = text === undefined ? undefined : drawnExpression(text);
    if (drawn === undefined) return undefined;
    const deadline = withDeadline(signal, timeoutMs, 'the graph of a notification took too long');
    try {
      const range = rangeOf(notification);
      const series = await query(drawn.text, range, deadline.signal);
      return await draw(drawn, range, seriesOfAlerts(series, notification.alerts), notification);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      logger.warn('a notification goes without its graph', { expression: drawn.text, error: reason });
      return undefined;
    } finally {
      deadline.release();
    }
  }

  return (notification: Notification, signal: AbortSignal): Promise<AlertGraph | undefined> => {
    const known = drawings.get(notification) ?? graphOf(notification, signal);
    drawings.set(notification, known);
    return known;
  };
}

function firstStart(alerts: readonly Alert[]): number {
  return alerts.reduce((earliest, { startsAtMs }) => Math.min(earliest, startsAtMs), Infinity);
}

function rangeOf({ alerts, nowMs }: Notification): GraphRange {
  const startMs = Math.max(nowMs - LONGEST_MS, firstStart(alerts) - BEFORE_MS);
  const stepMs = Math.max(SHORTEST_STEP_MS, Math.ceil((nowMs - startMs) / POINTS / 1000) * 1000);
  return { startMs, endMs: nowMs, stepMs };
}

/** Those whose labels the alerts have; all when no alert can be told by them. */
function seriesOfAlerts(series: readonly RangeSeries[], alerts: readonly Alert[]): readonly RangeSeries[] {
  const own = series.filter(({ labels }) => alerts.some((alert) => isPartOf(labels.withoutName(), alert.labels)));
  return own.length > 0 ? own : series;
}

function isPartOf(part: Labels, whole: Labels): boolean {
  return Object.entries(part.toObject()).every(([name, value]) => whole.get(name) === value);
}

async function draw(
  { text, threshold }: DrawnExpression,
  range: GraphRange,
  series: readonly RangeSeries[],
  { alerts, nowMs }: Notification,
): Promise<AlertGraph | undefined> {
  if (series.length === 0) return undefined;
  const shown = series.slice(0, MAX_SERIES).map(({ labels, timestamps, values }) => ({
    name: nameOf(labels),
    timesMs: [...timestamps],
    values: [...values],
  }));
  const firing = alerts.filter((alert) => !isResolvedAt(alert, nowMs));
  const scene = buildScene(
    {
      startMs: range.startMs,
      endMs: range.endMs,
      maxGapMs: range.stepMs * 1.5,
      markMs: firstStart(firing.length > 0 ? firing : alerts),
      series: shown,
      ...(threshold !== undefined && { threshold }),
    },
    SIZE,
  );
  return {
    png: await renderPng(scene),
    title: text,
    ...SIZE,
    legend: shown.map(({ name }, index) => ({ name, color: colorOf(index) })),
    hidden: series.length - shown.length,
  };
}

function nameOf(labels: Labels): string {
  const text = labels.size === 0 ? 'value' : labels.toString();
  return text.length <= MAX_NAME ? text : `${text.slice(0, MAX_NAME)}…`;
}
