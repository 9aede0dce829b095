/** Checks what `register()` and the options of `observe({ health })` are given; all mistakes are told at once. */
import { ObserveError } from '../lib/problems.ts';
import type { CheckCategory, CheckOptions } from './check.ts';

const CATEGORIES: ReadonlySet<CheckCategory> = new Set([
  'database',
  'application',
  'integration',
  'security',
  'network',
  'system',
]);
const MAX_NAME = 100;
const MAX_MS = 3_600_000;
/** Bounds the pages and the series of the metrics. */
const MAX_CHECKS = 200;

/** Mistakes of a registration, as sentences; empty when there is none. */
export function findMistakes(name: unknown, check: unknown, options: CheckOptions): string[] {
  const mistakes: string[] = [];
  if (typeof name !== 'string' || name.trim() === '' || name.length > MAX_NAME || name === '__proto__') {
    mistakes.push(`the name must be a text of 1 to ${MAX_NAME} characters`);
  }
  if (typeof check !== 'function') mistakes.push('the check must be a function, e.g. checks.tcp({ host, port })');
  if (options.category !== undefined && !CATEGORIES.has(options.category)) {
    mistakes.push(`category must be one of ${[...CATEGORIES].join(', ')}, not ${String(options.category)}`);
  }
  for (const key of ['timeoutMs', 'intervalMs', 'cacheMs'] as const) {
    const value = options[key];
    const least = key === 'cacheMs' ? 0 : key === 'intervalMs' ? 100 : 1;
    if (value !== undefined && !(Number.isFinite(value) && value >= least && value <= MAX_MS)) {
      mistakes.push(`${key} must be milliseconds from ${least} to ${MAX_MS}, not ${String(value)}`);
    }
  }
  const { dependsOn } = options;
  if (dependsOn !== undefined && !(Array.isArray(dependsOn) && dependsOn.every((one) => typeof one === 'string'))) {
    mistakes.push('dependsOn must be a list of names of checks');
  }
  return mistakes;
}

/** The circle that a new dependency would close, e.g. `a -> b -> a`; undefined when there is none. */
function findCircle(
  name: string,
  dependsOn: readonly string[],
  dependenciesOf: (name: string) => readonly string[],
): string | undefined {
  const seen = new Set<string>();
  const open: string[][] = dependsOn.map((first) => [name, first]);
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const last = path[path.length - 1] as string;
    if (last === name) return path.join(' -> ');
    if (seen.has(last)) continue;
    seen.add(last);
    for (const next of dependenciesOf(last)) open.push([...path, next]);
  }
  return undefined;
}

/** Throws an ObserveError that lists every mistake of a registration. */
export function requireRegistration(
  name: string,
  check: unknown,
  options: CheckOptions,
  known: { readonly count: number; dependenciesOf(name: string): readonly string[] },
): void {
  const mistakes = findMistakes(name, check, options);
  if (mistakes.length === 0) {
    const circle = findCircle(name, options.dependsOn ?? [], known.dependenciesOf);
    if (circle !== undefined) mistakes.push(`dependsOn makes a circle: ${circle}`);
    if (known.count >= MAX_CHECKS) mistakes.push(`there are ${MAX_CHECKS} checks already, the most that is allowed`);
  }
  if (mistakes.length === 0) return;
  const list = mistakes.map((mistake) => `  ${mistake}`).join('\n');
  throw new ObserveError(
    'invalid_options',
    `health check ${JSON.stringify(String(name))} can't be registered:\n${list}`,
  );
}
