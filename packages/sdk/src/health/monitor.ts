/**
 * Keeps the health checks of a service and answers probes. What Kubernetes does with the answers decides their meaning:
 * `live` (restart me?) never depends on anything but the process; `ready` (send me traffic?) is red while the service starts
 * and drains and when a check that decides about traffic has failed; `startup` is red until that was green once.
 */
import type { Core } from '../core/core.ts';
import { ObserveError } from '../lib/problems.ts';
import type { Registry } from '../metrics/registry.ts';
import type {
  Check,
  CheckDefinition,
  CheckOptions,
  CheckResult,
  EventLogger,
  HealthReport,
  Phase,
  ProbeKind,
  ProbeResult,
} from './check.ts';
import { summarize, worst } from './check.ts';
import { registerSystemChecks } from './checks/system.ts';
import { createFindings, type Findings } from './findings.ts';
import { findMistakes, requireRegistration } from './registration.ts';
import { CheckRunner, type CheckSettings, fillSettings } from './run-check.ts';

/** Balancers that know one path only ask `/health`; so do people, but not as often. */
const MACHINE_PROBES = 3;

export interface HealthOptions {
  /** Checks by name: functions, or objects with options. */
  checks?: Readonly<Record<string, Check | CheckDefinition>> | undefined;
  /** The checks of the process and its machine (memory, cpu, event loop, disk), none of them critical; true. */
  system?: boolean | undefined;
  /** The service is not ready until it calls `markReady()`; false. */
  manualStart?: boolean | undefined;
  /** Time limit of a check that has none of its own; 2000. */
  timeoutMs?: number | undefined;
  /** How long a result of a check serves further probes, see CheckOptions; 1000. */
  cacheMs?: number | undefined;
  /** Gets a line at each change of a check's state. */
  logger?: EventLogger | undefined;
}

/** The health of a service. */
export interface HealthMonitor {
  /**
   * Adds a check; one of the same name is replaced. Throws an ObserveError for a wrong name, options, or a circle of
   * dependencies.
   *
   * @returns Takes the check away again.
   * @example health.register('orders-db', checks.sql(pool), { category: 'database', timeoutMs: 500 });
   */
  register(name: string, check: Check, options?: CheckOptions): () => void;
  /** Runs every check now, whatever is cached. */
  runAllChecks(): Promise<HealthReport>;
  /** The state of all checks; those whose last result is recent enough are not run. */
  detailed(): Promise<HealthReport>;
  liveness(): ProbeResult;
  readiness(): Promise<ProbeResult>;
  startup(): Promise<ProbeResult>;
  /** An answer for HTTP. @param options.detail Whether the one who asks may see the single checks; false. */
  probe(kind: ProbeKind, options?: { detail?: boolean }): Promise<ProbeResult>;
  readonly phase: Phase;
  /** Ends the start of a service that was made with `manualStart`. */
  markReady(): void;
  /** Used by the shutdown: from `draining` on, readiness is red for good. */
  setPhase(phase: 'draining' | 'closing'): void;
  /** Whether anybody ever asked for readiness: a load balancer or orchestrator that will see it go red. */
  readonly wasProbed: boolean;
  /** Ends background checks. */
  close(): void;
}

/** @throws ObserveError that lists every wrong option. */
export function createHealth(core: Core, registry: Registry, options: HealthOptions = {}): HealthMonitor {
  const definitions = Object.entries(options.checks ?? {}).map(([name, given]) => ({ name, ...definitionOf(given) }));
  requireOptions(options, definitions);
  const monitor = new Monitor(core, createFindings(registry, options.logger), options);
  if (options.system ?? true) registerSystemChecks((name, check, how) => monitor.register(name, check, how));
  for (const { name, check, options: how } of definitions) monitor.register(name, check, how);
  return monitor;
}

function definitionOf(given: Check | CheckDefinition): { check: Check; options: CheckOptions } {
  if (typeof given !== 'object' || given === null) return { check: given, options: {} };
  const { check, ...options } = given;
  return { check, options };
}

function requireOptions(
  options: HealthOptions,
  definitions: readonly { name: string; check: Check; options: CheckOptions }[],
): void {
  const { timeoutMs, cacheMs } = options;
  const mistakes = findMistakes('any', () => true, { timeoutMs, cacheMs }).map((mistake) => `  health: ${mistake}`);
  for (const { name, check, options: how } of definitions) {
    for (const mistake of findMistakes(name, check, how)) mistakes.push(`  health.checks.${name}: ${mistake}`);
  }
  if (mistakes.length === 0) return;
  throw new ObserveError('invalid_options', `observe() got options it can't use:\n${mistakes.join('\n')}`);
}

class Monitor implements HealthMonitor {
  readonly #core: Core;
  readonly #findings: Findings;
  readonly #defaults: { timeoutMs: number; cacheMs: number };
  readonly #runners = new Map<string, CheckRunner>();
  #phase: Phase;
  #readyProbes = 0;
  #healthProbes = 0;
  #hasStarted = false;

  constructor(core: Core, findings: Findings, options: HealthOptions) {
    this.#core = core;
    this.#findings = findings;
    this.#phase = options.manualStart === true ? 'starting' : 'ready';
    this.#defaults = { timeoutMs: options.timeoutMs ?? 2000, cacheMs: options.cacheMs ?? 1000 };
  }

  get phase(): Phase {
    return this.#phase;
  }

  get wasProbed(): boolean {
    return this.#readyProbes > 0 || this.#healthProbes >= MACHINE_PROBES;
  }

  register(name: string, check: Check, options: CheckOptions = {}): () => void {
    requireRegistration(name, check, options, {
      count: this.#runners.has(name) ? 0 : this.#runners.size,
      dependenciesOf: (other) => this.#runners.get(other)?.settings.dependsOn ?? [],
    });
    this.#runners.get(name)?.stop();
    const runner = new CheckRunner(name, check, fillSettings(options, this.#defaults), {
      blockers: (settings) => this.#blockers(name, settings),
      found: (_, finding, before) => this.#findings.add(finding, before),
    });
    this.#runners.set(name, runner);
    if (this.#phase === 'closing') runner.stop();
    else runner.start();
    return () => {
      runner.stop();
      if (this.#runners.get(name) !== runner) return;
      this.#runners.delete(name);
      this.#findings.remove(name);
    };
  }

  runAllChecks(): Promise<HealthReport> {
    return this.#report((runner) => runner.run());
  }

  detailed(): Promise<HealthReport> {
    return this.#report((runner) => runner.latest());
  }

  liveness(): ProbeResult {
    return { ok: true, statusCode: 200, body: { status: 'alive', timestamp: now() } };
  }

  readiness(): Promise<ProbeResult> {
    return this.probe('ready', { detail: true });
  }

  startup(): Promise<ProbeResult> {
    return this.probe('startup', { detail: true });
  }

  async probe(kind: ProbeKind, options: { detail?: boolean } = {}): Promise<ProbeResult> {
    const detail = options.detail ?? false;
    if (kind === 'live') return this.liveness();
    if (kind === 'ready') return this.#readyProbe(detail);
    if (kind === 'startup') return this.#startupProbe(detail);
    this.#healthProbes++;
    const { checks, ...report } = await this.detailed();
    // Such a balancer must see the service start and drain here as well.
    const ok = this.#phase === 'ready' && report.overall_status !== 'critical';
    return result(ok, detail && checks !== undefined ? { ...report, checks } : report);
  }

  markReady(): void {
    if (this.#phase === 'starting') this.#phase = 'ready';
  }

  setPhase(phase: 'draining' | 'closing'): void {
    if (this.#phase === 'closing') return;
    this.#phase = phase;
    // What checks look at is being closed: from here on they would only raise false alarms.
    if (phase === 'closing') this.close();
  }

  close(): void {
    for (const runner of this.#runners.values()) runner.stop();
  }

  async #readyProbe(detail: boolean): Promise<ProbeResult> {
    this.#readyProbes++;
    const early = this.#notServing();
    if (early !== undefined) return early;
    const checks = await this.#collect(
      (runner) => runner.settings.readiness,
      (runner) => runner.latest(),
    );
    // The service may have begun to drain while the checks ran.
    const since = this.#notServing();
    if (since !== undefined) return since;
    const ok = worst(checks) !== 'critical';
    this.#hasStarted ||= ok;
    const seen = detail ? { checks: byName(checks), summary: summarize(checks) } : {};
    return result(ok, { status: ok ? 'ready' : 'not_ready', timestamp: now(), ...seen });
  }

  /** Red for every one that asks, without looking at checks. */
  #notServing(): ProbeResult | undefined {
    const phase = this.#phase;
    if (phase === 'ready') return undefined;
    return result(false, { status: phase === 'starting' ? 'starting' : 'draining', timestamp: now() });
  }

  async #startupProbe(detail: boolean): Promise<ProbeResult> {
    // A startup probe that goes red again would make the orchestrator restart a service that drains.
    if (this.#hasStarted || this.#phase === 'draining' || this.#phase === 'closing') {
      return result(true, { status: 'started', timestamp: now() });
    }
    const ready = await this.#readyProbe(detail);
    return result(ready.ok, { ...ready.body, status: ready.ok ? 'started' : 'starting' } as ProbeResult['body']);
  }

  async #report(read: (runner: CheckRunner) => ReturnType<CheckRunner['run']>): Promise<HealthReport> {
    const results = await this.#collect(() => true, read);
    const overall = worst(results);
    const { service, version, environment } = this.#core.resource;
    const phase = this.#phase;
    const serving = overall === 'healthy' ? 'healthy' : 'degraded';
    return {
      overall_status: overall,
      status: phase === 'ready' ? serving : phase === 'starting' ? 'starting' : 'draining',
      timestamp: now(),
      service,
      ...(version === undefined ? {} : { version }),
      environment,
      uptime_seconds: Math.round(process.uptime() * 1000) / 1000,
      checks: byName(results),
      summary: summarize(results),
    };
  }

  async #collect(
    wanted: (runner: CheckRunner) => boolean,
    read: (runner: CheckRunner) => ReturnType<CheckRunner['run']>,
  ): Promise<CheckResult[]> {
    const findings = await Promise.all([...this.#runners.values()].filter(wanted).map(read));
    return findings.map((finding) => finding.result);
  }

  async #blockers(name: string, settings: CheckSettings): Promise<readonly string[]> {
    if (settings.dependsOn.length === 0) return [];
    // Where all checks are run at once, those this one depends on begin in this turn too.
    await Promise.resolve();
    const failed = await Promise.all(
      settings.dependsOn.map(async (other) => {
        const runner = this.#runners.get(other);
        if (runner !== undefined) return (await runner.joined()).hasFailed;
        const told = `health check ${name} depends on ${other}, which is not registered: it is run without it`;
        this.#core.notices.tell(`health:${name}:${other}`, told);
        return false;
      }),
    );
    return settings.dependsOn.filter((_, index) => failed[index]);
  }
}

function now(): string {
  return new Date().toISOString();
}

function result(ok: boolean, body: ProbeResult['body']): ProbeResult {
  return { ok, statusCode: ok ? 200 : 503, body };
}

function byName(results: readonly CheckResult[]): Record<string, CheckResult> {
  return Object.fromEntries(results.map((one) => [one.name, one]));
}
