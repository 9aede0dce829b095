/** What aggregating and reporting processes say to each other. Messages of the service on the same channel are left alone. */
import type { Report } from './report.ts';

/** Marks our messages among those of the service. */
const TYPE = 'sightline.sdk.metrics.v1';

/** Names of the channels between the threads of a process. */
export const ASK_CHANNEL = `${TYPE}.ask`;
export const REPORT_CHANNEL = `${TYPE}.report`;

/** Asks all reporters, or one of them, for a report. */
export interface Ask {
  readonly type: typeof TYPE;
  readonly kind: 'ask';
  /** Comes back with the report. */
  readonly id: number;
  /** Reporters that must tell everything. */
  readonly full: readonly string[];
}

/** An answer, or a report that nobody asked for. */
export interface Told {
  readonly type: typeof TYPE;
  readonly kind: 'report';
  readonly reporter: string;
  readonly id: number | undefined;
  /** A Report, or for processes its encoded form. */
  readonly report: Report | object;
}

export function ask(id: number, full: readonly string[]): Ask {
  return { type: TYPE, kind: 'ask', id, full };
}

export function told(reporter: string, id: number | undefined, report: Report | object): Told {
  return { type: TYPE, kind: 'report', reporter, id, report };
}

export function isAsk(message: unknown): message is Ask {
  return isOurs(message, 'ask');
}

export function isTold(message: unknown): message is Told {
  return isOurs(message, 'report');
}

function isOurs(message: unknown, kind: string): boolean {
  if (typeof message !== 'object' || message === null) return false;
  const { type, kind: actual } = message as Partial<Ask>;
  return type === TYPE && actual === kind;
}

/** Names of reporters. */
export function clusterReporter(workerId: number): string {
  return `process ${workerId}`;
}

export function threadReporter(threadId: number): string {
  return `thread ${threadId}`;
}
