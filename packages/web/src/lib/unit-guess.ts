/** The unit of a query's result, guessed from the metric's name and the function around it. A person can override it. */
import type { Unit } from './units.ts';

const SUFFIXES: readonly (readonly [RegExp, Unit])[] = [
  [/_timestamp_seconds$|_time_seconds$|_timestamp$/, 'timestamp'],
  [/_(bytes|octets)(_total|_sum)?$/, 'bytes'],
  [/_seconds(_total|_sum|_bucket|_count)?$/, 'seconds'],
  [/_(milliseconds|ms)(_total|_sum|_bucket)?$/, 'ms'],
  [/_ratio$/, 'ratio'],
  [/_percent$/, 'percent'],
  [/_celsius$/, 'celsius'],
  [/_hertz$/, 'hertz'],
  [/_volts$/, 'volts'],
  [/^up$/, 'bool'],
];
const RATE = /\b(?:rate|irate)\s*\(/;
const PLAIN = /\b(?:count|count_values|count_over_time|changes|resets|group|absent)\s*(?:\(|by\b|without\b)/;
const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/g;

function unitOfName(name: string): Unit {
  return SUFFIXES.find(([pattern]) => pattern.test(name))?.[1] ?? 'short';
}

/** Names of metrics in the expression: identifiers that are not called, not labels and not keywords. */
export function metricNames(expr: string): string[] {
  const bare = expr
    .replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '')
    .replace(/\{[^}]*\}|\[[^\]]*\]/g, '')
    .replace(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ');
  const names: string[] = [];
  for (const match of bare.matchAll(NAME)) {
    const rest = bare.slice(match.index + match[0].length);
    if (/^\s*\(/.test(rest) || /[0-9.]/.test(bare[match.index - 1] ?? '')) continue;
    if (
      /^(and|or|unless|by|without|on|ignoring|offset|bool|start|end|inf|nan|sum|avg|min|max|count|topk|bottomk|group_left|group_right|quantile|stddev|stdvar)$/i.test(
        match[0],
      )
    )
      continue;
    names.push(match[0]);
  }
  return names;
}

export function guessUnit(expr: string): Unit {
  const names = metricNames(expr);
  const isRate = RATE.test(expr);
  if (names.length === 0 || PLAIN.test(expr)) return isRate ? 'per-second' : 'short';
  const units = new Set(names.map(unitOfName));
  if (/\bhistogram_quantile\s*\(/.test(expr))
    return units.has('seconds') ? 'seconds' : units.has('bytes') ? 'bytes' : 'short';
  const isQuotient = /\)\s*\/\s*|[a-z_}\]]\s*\/\s*[a-z(]/i.test(expr.replace(/"[^"]*"/g, '""'));
  if (isQuotient && names.length > 1) {
    const isMean = names.some((name) => /_sum$/.test(name)) && names.some((name) => /_count$/.test(name));
    if (isMean) return unitOfName(names.find((name) => /_sum$/.test(name)) ?? '');
    return units.size === 1 ? 'ratio' : 'short';
  }
  const [unit = 'short'] = [...units];
  if (!isRate || units.size > 1) return units.size > 1 ? 'short' : unit;
  if (unit === 'bytes') return 'bytes/s';
  // Seconds per second, such as CPU time, is a plain number of cores or a share.
  if (names.some((name) => /_(seconds_bucket|seconds_count)$/.test(name))) return 'per-second';
  if (unit === 'seconds') return 'short';
  return names.some((name) => /requests/.test(name)) ? 'req/s' : 'per-second';
}

/** The unit of a single metric in the catalogue, from its declared unit or its name. */
export function unitWord(name: string, declared: string): string {
  if (declared !== '') return declared;
  const unit = unitOfName(name);
  return unit === 'short' ? '' : unit === 'timestamp' ? 'unix time' : unit;
}
