/** The time picker's grammar: ranges of points and human phrases. Pure; the address bar keeps `from` and `to` as text. */
import { addUnits, isRelativePoint, type PointContext, parsePoint, startOfUnit, type TimeUnit } from './time-point.ts';
import { instantOf, wallClock } from './zone.ts';

export interface TimeRange {
  /** As the address bar keeps it: a relative point or epoch milliseconds. */
  readonly from: string;
  readonly to: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export type RangeResult =
  | ({ readonly ok: true; readonly notice: string | null } & TimeRange)
  | { readonly ok: false; readonly message: string; readonly suggestion: string | null };

export const MIN_RANGE_MS = 1_000;
const MAX_RANGE_MS = 20 * 366 * 86_400_000;

const UNIT_WORDS: Record<string, TimeUnit> = {
  s: 's',
  sec: 's',
  second: 's',
  seconds: 's',
  m: 'm',
  min: 'm',
  mins: 'm',
  minute: 'm',
  minutes: 'm',
  h: 'h',
  hr: 'h',
  hour: 'h',
  hours: 'h',
  d: 'd',
  day: 'd',
  days: 'd',
  w: 'w',
  week: 'w',
  weeks: 'w',
  M: 'M',
  month: 'M',
  months: 'M',
  Q: 'Q',
  quarter: 'Q',
  quarters: 'Q',
  y: 'y',
  year: 'y',
  years: 'y',
};
const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const PHRASES = [
  'yesterday',
  'today',
  'this week',
  'last week',
  'this month',
  'last monday',
  'around 14:05',
  'now-1h',
  '6 hours',
  'now-1d/d..now-1d/d',
];

const fail = (message: string, suggestion: string | null = null): RangeResult => ({ ok: false, message, suggestion });

/** Parses what a person typed. The old range stays when this fails. */
export function parseRange(text: string, context: PointContext): RangeResult {
  const input = text.trim().replace(/\s+/g, ' ');
  if (input === '') return fail('Type a range, for example now-6h or yesterday.', 'now-1h');
  const lower = input.toLowerCase();
  if (/^(since|before) deploy\b/.test(lower)) {
    return fail('Deployments are not recorded by this version, so there is no deploy to count from.', 'now-1h');
  }
  if (lower === 'alert') return fail('There is no alert on this page to take the time from.', 'now-1h');
  return parsePhrase(input, lower, context) ?? parsePair(input, context) ?? unknown(input);
}

/** Resolves the address bar's `from` and `to`; undefined when either is not a point or the range is not usable. */
export function resolveRange(from: string, to: string, context: PointContext): TimeRange | undefined {
  const result = makeRange(from, to, context);
  return result.ok ? result : undefined;
}

function makeRange(from: string, to: string, context: PointContext): RangeResult {
  let fromMs = parsePoint(from, 'start', context);
  let toMs = parsePoint(to, 'end', context);
  if (fromMs === undefined) return fail(`"${from}" is not a time.`, suggest(from));
  if (toMs === undefined) return fail(`"${to}" is not a time.`, suggest(to));
  let first = keepText(from, fromMs);
  let last = keepText(to, toMs);
  let notice: string | null = null;
  if (toMs < fromMs) {
    fromMs = parsePoint(to, 'start', context) ?? toMs;
    toMs = parsePoint(from, 'end', context) ?? toMs;
    [first, last] = [keepText(to, fromMs), keepText(from, toMs)];
    notice = 'The end was before the start, so they were swapped.';
  }
  if (toMs - fromMs < MIN_RANGE_MS) return fail('The shortest range is one second.', null);
  if (toMs - fromMs > MAX_RANGE_MS) return fail('The longest range is 20 years.', null);
  return { ok: true, from: first, to: last, fromMs, toMs, notice };
}

function keepText(text: string, ms: number): string {
  const point = text.trim();
  return isRelativePoint(point) ? point : String(ms);
}

function parsePair(input: string, context: PointContext): RangeResult | undefined {
  const parts = input.split(/\s*\.\.\s*|\s+to\s+/i);
  if (parts.length > 2) return fail('A range has one start and one end.', null);
  const [from = '', to] = parts;
  if (to !== undefined) return makeRange(from, clockOnDayOf(from, to, context) ?? to, context);
  return parsePoint(from, 'start', context) === undefined ? undefined : makeRange(from, 'now', context);
}

/** `nov 20 14:00 to 15:00`: a bare clock time at the end is of the start's day, or of the next when it is earlier. */
function clockOnDayOf(from: string, to: string, context: PointContext): string | undefined {
  const clock = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(to.trim());
  const startMs = isRelativePoint(from.trim()) ? undefined : parsePoint(from, 'start', context);
  if (clock === null || startMs === undefined || parsePoint(to, 'end', context) === undefined) return undefined;
  const [hour = 0, minute = 0, second = 0] = clock.slice(1, 4).map((part) => Number(part ?? 0));
  const wall = { ...wallClock(startMs, context.zone), hour, minute, second };
  const sameDay = instantOf(wall, context.zone);
  return String(sameDay >= startMs ? sameDay : instantOf({ ...wall, day: wall.day + 1 }, context.zone));
}

function parsePhrase(input: string, lower: string, context: PointContext): RangeResult | undefined {
  const fixed: Record<string, readonly [string, string]> = {
    yesterday: ['now-1d/d', 'now-1d/d'],
    today: ['now/d', 'now'],
    'this week': ['now/w', 'now'],
    'last week': ['now-1w/w', 'now-1w/w'],
    'this month': ['now/M', 'now'],
    'last month': ['now-1M/M', 'now-1M/M'],
    'this year': ['now/y', 'now'],
  };
  const known = fixed[lower];
  if (known !== undefined) return makeRange(known[0], known[1], context);

  const weekday = /^last (\w+)$/.exec(lower);
  const dayIndex = WEEKDAYS.indexOf(weekday?.[1] ?? '');
  if (dayIndex >= 0) return lastWeekday(dayIndex, context);

  const around = /^around (.+)$/i.exec(input);
  if (around !== null) return spread(around[1] ?? '', 15, 'm', context);

  const plusMinus = /^(.+?)\s*(?:±|\+-|\+\/-)\s*(\d{1,4})\s*([a-zA-Z]+)$/.exec(input);
  if (plusMinus !== null) {
    const unit = unitOf(plusMinus[3] ?? '');
    return unit === undefined
      ? fail(`"${plusMinus[3]}" is not a unit of time.`, null)
      : spread(plusMinus[1] ?? '', Number(plusMinus[2]), unit, context);
  }

  const forward = /^(.+?)\s+\+\s*(\d{1,4})\s*([a-zA-Z]+)$/.exec(input);
  if (forward !== null) {
    const start = parsePoint(forward[1] ?? '', 'start', context);
    const unit = unitOf(forward[3] ?? '');
    if (start === undefined || unit === undefined) return fail(`"${input}" is not a range.`, '14:00 +30m');
    return makeRange(String(start), String(addUnits(start, Number(forward[2]), unit, context.zone)), context);
  }

  const span = /^(?:last |past )?(\d{1,6})\s*([a-zA-Z]+)$/.exec(input);
  if (span !== null) {
    const unit = unitOf(span[2] ?? '');
    if (unit === undefined) return fail(`"${span[2]}" is not a unit of time (s m h d w M Q y).`, `now-${span[1]}h`);
    return makeRange(`now-${span[1]}${unit}`, 'now', context);
  }
  return undefined;
}

function unitOf(word: string): TimeUnit | undefined {
  return UNIT_WORDS[word] ?? UNIT_WORDS[word.toLowerCase()];
}

function spread(point: string, count: number, unit: TimeUnit, context: PointContext): RangeResult {
  const middle = parsePoint(point, 'start', context);
  if (middle === undefined) return fail(`"${point}" is not a time.`, suggest(point));
  const from = addUnits(middle, -count, unit, context.zone);
  const to = addUnits(middle, count, unit, context.zone);
  return makeRange(String(from), String(to), context);
}

function lastWeekday(dayIndex: number, { nowMs, zone }: PointContext): RangeResult {
  const wall = wallClock(nowMs, zone);
  const today = (new Date(Date.UTC(wall.year, wall.month - 1, wall.day)).getUTCDay() + 6) % 7;
  const back = (today - dayIndex + 7) % 7 || 7;
  const start = startOfUnit(addUnits(nowMs, -back, 'd', zone), 'd', zone);
  const end = addUnits(start, 1, 'd', zone) - 1;
  return { ok: true, from: String(start), to: String(end), fromMs: start, toMs: end, notice: null };
}

function unknown(input: string): RangeResult {
  const suggestion = suggest(input);
  return fail(`"${input}" is not a time range.`, suggestion);
}

/** The phrase of the grammar that needs the fewest edits. */
function suggest(input: string): string {
  const bare = /^now\s*([+-])\s*(\d+)\s*([a-zA-Z]*)/.exec(input);
  if (bare !== null) return `now${bare[1]}${bare[2]}${unitOf(bare[3] ?? '') ?? 'h'}`;
  let best = 'now-1h';
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const phrase of PHRASES) {
    const distance = editDistance(input.toLowerCase().slice(0, 24), phrase);
    if (distance < bestDistance) [best, bestDistance] = [phrase, distance];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + cost));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
