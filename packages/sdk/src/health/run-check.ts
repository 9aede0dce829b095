/**
 * Runs one check: never twice at the same time, never longer than its time limit for whoever waits, never again while an
 * old run still hangs. However many probes ask at once, there is one run, and its result serves those that follow for a while.
 */
import { ROOT, run } from '../context/store.ts';
import type { Check, CheckCategory, CheckOptions, CheckResult } from './check.ts';
import { describeFailure, type Outcome, readAnswer } from './outcome.ts';

/** Options of a check with all defaults filled in. */
export interface CheckSettings {
  readonly category: CheckCategory;
  readonly timeoutMs: number;
  readonly intervalMs: number | undefined;
  readonly cacheMs: number;
  readonly critical: boolean;
  readonly readiness: boolean;
  readonly dependsOn: readonly string[];
}

export function fillSettings(options: CheckOptions, defaults: { timeoutMs: number; cacheMs: number }): CheckSettings {
  const critical = options.critical ?? true;
  return {
    category: options.category ?? 'application',
    timeoutMs: options.timeoutMs ?? defaults.timeoutMs,
    intervalMs: options.intervalMs,
    cacheMs: options.cacheMs ?? defaults.cacheMs,
    critical,
    readiness: options.readiness ?? critical,
    dependsOn: [...(options.dependsOn ?? [])],
  };
}

/** What a run found out. */
export interface Finding {
  readonly result: CheckResult;
  /** Whether the check failed, also where that only makes a warning: what depends on it is not run. */
  readonly hasFailed: boolean;
}

/** What a check is given by the monitor that keeps it. */
export interface CheckHost {
  /** Names of the failed checks among those this one depends on. */
  blockers(settings: CheckSettings): Promise<readonly string[]>;
  /** Told of each finding, before those who wait for it. */
  found(runner: CheckRunner, finding: Finding, before: Finding | undefined): void;
}

export class CheckRunner {
  readonly name: string;
  readonly settings: CheckSettings;
  readonly #check: Check;
  readonly #host: CheckHost;
  #last: Finding | undefined;
  #lastAtMs = 0;
  #running: Promise<Finding> | undefined;
  #hangsSinceMs: number | undefined;
  #abort: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(name: string, check: Check, settings: CheckSettings, host: CheckHost) {
    this.name = name;
    this.#check = check;
    this.settings = settings;
    this.#host = host;
  }

  get last(): Finding | undefined {
    return this.#last;
  }

  /** Begins to run in the background, if it has an interval. */
  start(): void {
    if (this.settings.intervalMs !== undefined) this.#schedule(0);
  }

  /** Ends background runs and aborts the one that goes on. The last finding stays. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#abort?.abort(new Error('the service is shutting down'));
  }

  /** The finding that is recent enough, else that of a run that goes on or begins. */
  latest(): Promise<Finding> {
    const last = this.#last;
    if (last !== undefined && (this.#isStopped || this.#isFresh())) return Promise.resolve(last);
    return this.run();
  }

  /** The finding of the run that goes on, else the latest. */
  joined(): Promise<Finding> {
    return this.#running ?? this.latest();
  }

  run(): Promise<Finding> {
    // A run serves many: it must not carry the ids of the request that happened to start it.
    this.#running ??= run(ROOT, () => this.#execute()).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  #isFresh(): boolean {
    return this.settings.intervalMs !== undefined || performance.now() - this.#lastAtMs < this.settings.cacheMs;
  }

  #schedule(delayMs: number): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      void this.run().then(() => this.#schedule(this.settings.intervalMs ?? 0));
    }, delayMs).unref();
  }

  async #execute(): Promise<Finding> {
    const blockers = await this.#host.blockers(this.settings);
    if (blockers.length > 0) {
      const message = `not run: it depends on ${blockers.join(', ')}, which failed`;
      return this.#conclude({ status: 'critical', message, details: {} }, 0, blockers);
    }
    const startedAt = performance.now();
    const outcome = this.#hangsSinceMs === undefined ? await this.#call() : this.#stillHangs(this.#hangsSinceMs);
    return this.#conclude(outcome, performance.now() - startedAt, []);
  }

  #stillHangs(sinceMs: number): Outcome {
    const seconds = ((performance.now() - sinceMs) / 1000).toFixed(1);
    const message = `still hangs: the run that began ${seconds} s ago has not ended, no other is started`;
    return { status: 'critical', message, details: {} };
  }

  /** One call of the check. Never rejects and never outlasts the time limit. */
  #call(): Promise<Outcome> {
    const { timeoutMs } = this.settings;
    const controller = new AbortController();
    this.#abort = controller;
    const startedAt = performance.now();
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#hangsSinceMs = startedAt;
        resolve({ status: 'critical', message: `no answer within ${timeoutMs} ms`, details: {} });
        controller.abort(new Error(`the check had ${timeoutMs} ms`));
      }, timeoutMs).unref();
      const end = (outcome: Outcome): void => {
        clearTimeout(timer);
        this.#hangsSinceMs = undefined;
        resolve(outcome);
      };
      void callSafely(this.#check, controller.signal).then(
        (answer) => end(answerOf(answer)),
        (error: unknown) => end({ status: 'critical', message: describeFailure(error), details: {} }),
      );
    });
  }

  #conclude(outcome: Outcome, tookMs: number, blockers: readonly string[]): Finding {
    const hasFailed = outcome.status === 'critical';
    const { critical, category } = this.settings;
    const result: CheckResult = {
      name: this.name,
      status: hasFailed && !critical ? 'warning' : outcome.status,
      category,
      critical,
      response_time_ms: Math.round(tookMs * 1000) / 1000,
      message: outcome.message,
      timestamp: new Date().toISOString(),
      ...(blockers.length === 0 ? {} : { blocked_by: blockers }),
      ...outcome.details,
    };
    const before = this.#last;
    const finding = { result, hasFailed };
    this.#last = finding;
    this.#lastAtMs = performance.now();
    if (!this.#isStopped) this.#host.found(this, finding, before);
    return finding;
  }
}

/** A check may throw at once as well as later. */
async function callSafely(check: Check, signal: AbortSignal): Promise<unknown> {
  return check(signal);
}

/** A getter of the answer may throw: that is a failed check too. */
function answerOf(answer: unknown): Outcome {
  try {
    return readAnswer(answer);
  } catch (error) {
    return { status: 'critical', message: describeFailure(error), details: {} };
  }
}
