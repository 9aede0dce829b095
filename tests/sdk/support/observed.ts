/** The SDK running in a test file, with what it writes at hand. */
import { observe, type Observability, type ObserveOptions } from '@sightline/sdk';

/** A line of the reference shape, as far as tests look at it. */
export interface Line {
  readonly level: string;
  readonly logger: string;
  readonly message: string;
  readonly request_id?: string;
  readonly correlation_id?: string;
  readonly user_id?: string;
  readonly trace_id?: string;
  readonly span_id?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message?: string; readonly type?: string };
}

/** A span that ended. */
export interface SpanSeen {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly status: { readonly code: number };
  readonly exceptions: readonly string[];
}

export interface Observed {
  readonly observability: Observability;
  readonly lines: Line[];
  readonly spans: SpanSeen[];
  /** Forgets lines and spans. */
  clear(): void;
  /** Lines of requests. */
  access(): Line[];
  /** Waits until `count` lines of requests are there: they are written when the answer has gone. */
  accessLines(count: number): Promise<Line[]>;
  exposition(): Promise<string>;
}

/** Starts the SDK of this test file, quiet on standard output. */
export function startObserved(options: ObserveOptions = {}): Observed {
  const lines: Line[] = [];
  const spans: SpanSeen[] = [];
  const memory = { name: 'memory', write: (line: string) => void lines.push(JSON.parse(line) as Line) };
  const observability = observe({
    service: 'tests',
    ...options,
    logging: { level: 'trace', sinks: [memory], ...options.logging },
  });
  observability.tracing.addSink((span) => {
    const { name, kind, traceId, spanId, parentSpanId } = span;
    const attributes: Record<string, unknown> = {};
    for (let index = 0; index < span.attributes.length; index += 2)
      attributes[String(span.attributes[index])] = span.attributes[index + 1];
    const exceptions = (span.extras?.events ?? [])
      .filter((event) => event.name === 'exception')
      .map((event) => String(event.attributes[event.attributes.indexOf('exception.message') + 1]));
    spans.push({
      name,
      kind,
      traceId,
      spanId,
      parentSpanId,
      attributes,
      status: { code: span.statusCode },
      exceptions,
    });
  });
  const access = () => lines.filter((line) => line.logger === 'http');
  return {
    observability,
    lines,
    spans,
    clear() {
      lines.length = 0;
      spans.length = 0;
    },
    access,
    async accessLines(count) {
      for (let attempt = 0; attempt < 500 && access().length < count; attempt++)
        await new Promise((resolve) => setTimeout(resolve, 5));
      if (access().length !== count) throw new Error(`${access().length} lines of requests, expected ${count}`);
      return access();
    },
    async exposition() {
      const { body } = await observability.metrics.render();
      return body.toString();
    },
  };
}
