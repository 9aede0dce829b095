/**
 * Health of the server in checks. Live: the process answers. Ready: it can take and serve data. Each check has a time limit,
 * results are kept for a second so that many probes cost no more than one.
 */
import type { HttpOutput } from '../../lib/http.ts';
import { get, type Route } from '../http/route.ts';

type CheckStatus = 'ok' | 'warning' | 'failing';

interface CheckResult {
  readonly status: CheckStatus;
  readonly message: string;
}

export interface HealthCheck {
  readonly name: string;
  /** A rejection is a failing check with the error's message. */
  run(): Promise<CheckResult>;
}

export interface HealthOptions {
  readonly checks: readonly HealthCheck[];
  /** False while the server starts and from the moment it is told to stop. */
  readonly isReady: () => boolean;
  readonly version: string;
  readonly startedMs: number;
}

interface NamedResult extends CheckResult {
  readonly name: string;
  readonly durationMs: number;
}

const CHECK_TIMEOUT_MS = 3_000;
const KEEP_MS = 1_000;

export function healthRoutes(options: HealthOptions): Route[] {
  let kept: { readonly atMs: number; readonly results: Promise<NamedResult[]> } | undefined;
  const results = (): Promise<NamedResult[]> => {
    const now = performance.now();
    if (kept === undefined || now - kept.atMs > KEEP_MS) {
      kept = { atMs: now, results: Promise.all(options.checks.map(runCheck)) };
    }
    return kept.results;
  };
  const report = async (): Promise<HttpOutput> => {
    const checks = await results();
    if (!options.isReady()) return health(503, 'failing', options, [NOT_READY, ...checks]);
    const worst = worstOf(checks);
    return health(worst === 'failing' ? 503 : 200, worst, options, checks);
  };
  return [
    get('/health', report),
    get('/health/ready', report),
    get('/health/live', async () => health(200, 'ok', options, [])),
  ];
}

const NOT_READY: NamedResult = {
  name: 'lifecycle',
  status: 'failing',
  message: 'the server is starting or stopping',
  durationMs: 0,
};

async function runCheck(check: HealthCheck): Promise<NamedResult> {
  const startedAt = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<CheckResult>((resolve) => {
    const late: CheckResult = { status: 'failing', message: `no answer within ${CHECK_TIMEOUT_MS} ms` };
    timer = setTimeout(() => resolve(late), CHECK_TIMEOUT_MS);
  });
  const result = await Promise.race([check.run().catch(failing), timeout]);
  clearTimeout(timer);
  return { name: check.name, ...result, durationMs: Math.round((performance.now() - startedAt) * 10) / 10 };
}

function failing(error: unknown): CheckResult {
  return { status: 'failing', message: error instanceof Error ? error.message : String(error) };
}

function worstOf(checks: readonly CheckResult[]): CheckStatus {
  if (checks.some((check) => check.status === 'failing')) return 'failing';
  return checks.some((check) => check.status === 'warning') ? 'warning' : 'ok';
}

function health(
  status: number,
  overall: CheckStatus,
  { version, startedMs }: HealthOptions,
  checks: readonly NamedResult[],
): HttpOutput {
  const uptimeSeconds = Math.round((Date.now() - startedMs) / 1e3);
  const body = JSON.stringify({ status: overall, version, uptimeSeconds, checks });
  return { status, headers: { 'content-type': 'application/json', 'cache-control': 'no-store' }, body };
}
