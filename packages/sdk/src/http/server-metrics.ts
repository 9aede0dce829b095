/**
 * Rate, errors and duration of the requests served, by method, route and status. The handles of a route are bound once and
 * found by two or three lookups of known strings; nothing is allocated for a request of a known route.
 */
import { builtin } from '../lib/builtin.ts';
import type { Registry } from '../metrics/registry.ts';
import type { Counter, CounterHandle, GaugeHandle, Histogram, HistogramHandle } from '../metrics/types.ts';
import type { ResolvedHttp } from './options.ts';

type Label = 'method' | 'route' | 'status';
const LABELS: readonly Label[] = ['method', 'route', 'status'];

/** Routes whose handles are kept; a service with more uses the slower way for the rest. */
const MAX_ROUTES = 2000;
/** Label of a method that HTTP does not define. */
const OTHER = '_OTHER';
let knownMethods: ReadonlySet<string> | undefined;

/** What is the same for all requests of a route and method that end with the same status. */
export class Outcome {
  readonly status: number;
  readonly #total: CounterHandle | undefined;
  readonly #seconds: HistogramHandle | undefined;
  /** Owned by the access log: method, route and status as JSON fields. */
  logText: string | undefined = undefined;

  constructor(status: number, total: CounterHandle | undefined, seconds: HistogramHandle | undefined) {
    this.status = status;
    this.#total = total;
    this.#seconds = seconds;
  }

  count(seconds: number): void {
    this.#total?.inc();
    this.#seconds?.observe(seconds);
  }
}

/** What is the same for all requests of a route and method. */
export interface RouteSeries {
  /** Name of its spans: method and template, or the method alone (OpenTelemetry semantic conventions, "HTTP server"). */
  readonly spanName: string;
  outcome(status: number): Outcome;
}

/** Route of requests that matched none. */
export const UNMATCHED = 'unmatched';

export class ServerMetrics {
  readonly #byMethod = new Map<string, Map<string, RouteSeries>>();
  readonly #total: Counter<Label> | undefined;
  readonly #seconds: Histogram<Label> | undefined;
  readonly #inFlight: GaugeHandle | undefined;
  #routes = 0;

  constructor(registry: Registry, options: ResolvedHttp['metrics']) {
    if (options === undefined) return;
    this.#total = registry.counter('http_requests_total', 'HTTP requests served, by route template and status', {
      labels: LABELS,
    });
    this.#seconds = registry.histogram(
      'http_request_duration_seconds',
      'Time from the headers of a HTTP request to the end of its answer, by route template and status',
      { labels: LABELS, buckets: options.buckets },
    );
    this.#inFlight = registry.gauge('http_requests_in_flight', 'HTTP requests being served').labels();
  }

  begin(): void {
    this.#inFlight?.inc();
  }

  end(): void {
    this.#inFlight?.dec();
  }

  series(method: string, route: string): RouteSeries {
    let byRoute = this.#byMethod.get(method);
    if (byRoute === undefined) {
      // HTTP/1 has a closed list of methods; HTTP/2 takes any word.
      knownMethods ??= new Set([...builtin('node:http').METHODS, OTHER]);
      if (!knownMethods.has(method)) return this.series(OTHER, route);
      byRoute = new Map();
      this.#byMethod.set(method, byRoute);
    }
    let series = byRoute.get(route);
    if (series === undefined) {
      series = this.#create(method, route);
      if (this.#routes < MAX_ROUTES) {
        this.#routes++;
        byRoute.set(route, series);
      }
    }
    return series;
  }

  #create(method: string, route: string): RouteSeries {
    const total = this.#total;
    const seconds = this.#seconds;
    const shown = method === OTHER ? 'HTTP' : method;
    const byStatus = new Map<number, Outcome>();
    return {
      spanName: route === UNMATCHED ? shown : `${shown} ${route}`,
      outcome(status) {
        let outcome = byStatus.get(status);
        if (outcome === undefined) {
          const label = String(status);
          outcome = new Outcome(status, total?.labels(method, route, label), seconds?.labels(method, route, label));
          byStatus.set(status, outcome);
        }
        return outcome;
      },
    };
  }
}
