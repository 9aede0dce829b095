/** Log lines as a test sees them: read back from the JSON that the service would have written, redaction and all. */
import type { Sink } from '../logging/sinks/sink.ts';
import { type LogLevel, parseLevel } from '../options/level.ts';
import { expectMatch, expectNoMatch, matching, type Words } from './assertion.ts';
import { type Matcher, show } from './match.ts';

/** One line that was written. */
export interface CapturedLog {
  readonly level: LogLevel;
  readonly logger: string;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly performance: Readonly<Record<string, unknown>> | undefined;
  readonly error: Readonly<Record<string, unknown>> | undefined;
  readonly correlationId: string | undefined;
  readonly requestId: string | undefined;
  readonly userId: string | undefined;
  readonly sessionId: string | undefined;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  readonly timestamp: string;
  /** The whole line. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** What a line must be like; fields that are not named may be anything. */
export type LogExpectation = { readonly [TField in keyof CapturedLog]?: Expected<CapturedLog[TField]> };

/** Objects are compared in part as well. */
type Expected<TValue> =
  | Matcher<TValue>
  | (TValue extends object | undefined ? Readonly<Record<string, unknown>> : never);

export interface LogCapture {
  /** Lines so far, oldest first; at most the last 10,000. */
  readonly lines: readonly CapturedLog[];
  /** Lines that match. */
  filter(expected: LogExpectation): CapturedLog[];
  /**
   * The first line that matches.
   *
   * @param count How many must match, exactly; at least one unless given.
   * @throws AssertionError that shows the closest lines and why they do not match.
   * @example logs.expectLog({ level: 'error', message: /declined/, data: { order_id: 7 } });
   */
  expectLog(expected: LogExpectation, count?: number): CapturedLog;
  /** @throws AssertionError when a line matches. */
  expectNoLog(expected?: LogExpectation): void;
  clear(): void;
  /** Ends the capture; what was captured stays. */
  stop(): void;
  [Symbol.dispose](): void;
}

const MAX_LINES = 10_000;

const WORDS: Words<CapturedLog> = {
  one: 'log line',
  many: 'log lines',
  describe: ({ level, logger, message, data, error }) => {
    const fields = Object.keys(data).length === 0 ? '' : ` ${show(data)}`;
    const failure = error === undefined ? '' : ` ${show(error['name'] ?? error['type'])}: ${show(error['message'])}`;
    return `[${level}] ${logger}: ${message}${fields}${failure}`;
  },
};

/** A sink that keeps lines, and the capture that reads them. `detach` is called at the end. */
export function createLogCapture(): { sink: Sink; capture(detach: () => void): LogCapture } {
  const lines: CapturedLog[] = [];
  const sink: Sink = {
    name: 'capture',
    shape: 'json',
    write(line) {
      if (lines.length === MAX_LINES) lines.shift();
      lines.push(readLine(line));
    },
  };
  const capture = (detach: () => void): LogCapture => ({
    lines,
    filter: (expected) => matching(lines, expected),
    expectLog: (expected, count) => expectMatch(lines, expected, count, WORDS),
    expectNoLog: (expected = {}) => expectNoMatch(lines, expected, WORDS),
    clear: () => {
      lines.length = 0;
    },
    stop: detach,
    [Symbol.dispose]: detach,
  });
  return { sink, capture };
}

function readLine(line: string): CapturedLog {
  const json = JSON.parse(line) as Record<string, unknown>;
  const text = (name: string): string | undefined => {
    const value = json[name];
    return typeof value === 'string' ? value : undefined;
  };
  const object = (name: string): Record<string, unknown> | undefined => {
    const value = json[name];
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  };
  return {
    level: parseLevel(text('level') ?? '') ?? 'info',
    logger: text('logger') ?? '',
    message: text('message') ?? '',
    data: object('data') ?? {},
    performance: object('performance'),
    error: object('error'),
    correlationId: text('correlation_id'),
    requestId: text('request_id'),
    userId: text('user_id'),
    sessionId: text('session_id'),
    traceId: text('trace_id'),
    spanId: text('span_id'),
    timestamp: text('timestamp') ?? '',
    json,
  };
}
