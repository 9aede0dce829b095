/** Times as people read them: 24 hour clock, zone named, ages in words. */
import { isRelativePoint } from './time-point.ts';
import { offsetName, wallClock } from './zone.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const UNIT_NAMES: Record<string, string> = {
  s: 'second',
  m: 'minute',
  h: 'hour',
  d: 'day',
  w: 'week',
  M: 'month',
  Q: 'quarter',
  y: 'year',
};
const NNBSP = '\u202f';

const two = (value: number): string => String(value).padStart(2, '0');

export const PRESETS: readonly { readonly label: string; readonly from: string; readonly to: string }[] = [
  { label: 'Last 5 minutes', from: 'now-5m', to: 'now' },
  { label: 'Last 15 minutes', from: 'now-15m', to: 'now' },
  { label: 'Last 30 minutes', from: 'now-30m', to: 'now' },
  { label: 'Last 1 hour', from: 'now-1h', to: 'now' },
  { label: 'Last 3 hours', from: 'now-3h', to: 'now' },
  { label: 'Last 6 hours', from: 'now-6h', to: 'now' },
  { label: 'Last 12 hours', from: 'now-12h', to: 'now' },
  { label: 'Last 24 hours', from: 'now-24h', to: 'now' },
  { label: 'Last 2 days', from: 'now-2d', to: 'now' },
  { label: 'Last 7 days', from: 'now-7d', to: 'now' },
  { label: 'Last 30 days', from: 'now-30d', to: 'now' },
  { label: 'Yesterday', from: 'now-1d/d', to: 'now-1d/d' },
];

/** `14:05:06`. */
export function formatClock(ms: number, zone: string, withSeconds = true): string {
  const { hour, minute, second } = wallClock(ms, zone);
  return `${two(hour)}:${two(minute)}${withSeconds ? `:${two(second)}` : ''}`;
}

/** `20 Nov 14:05:06`; the year only when it is not this year's. */
export function formatDateTime(ms: number, zone: string, nowMs: number): string {
  const { year, month, day } = wallClock(ms, zone);
  const ofYear = year === wallClock(nowMs, zone).year ? '' : ` ${year}`;
  return `${day} ${MONTHS[month - 1]}${ofYear} ${formatClock(ms, zone)}`;
}

/** `4 s`, `3 min`, `2 h`, `5 d`: the coarsest unit that keeps it readable. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds}${NNBSP}s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)}${NNBSP}min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)}${NNBSP}h`;
  return `${Math.floor(seconds / 86_400)}${NNBSP}d`;
}

/** `15 s`, `2 m 05 s`, `3 h 12 m`, `4 d 6 h`. */
export function formatSpan(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (ms < 1000) return `${Math.round(ms)}${NNBSP}ms`;
  if (seconds < 120) return `${seconds}${NNBSP}s`;
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor((seconds % 86_400) / 3_600), 'h'],
    [Math.floor((seconds % 3_600) / 60), 'm'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count], index) => index === 0 || count > 0)
    .map(([count, unit], index) => `${index === 1 && unit === 's' ? two(count) : count}${NNBSP}${unit}`)
    .join(' ');
}

/** What the time picker's button says. */
export function rangeLabel(
  from: string,
  to: string,
  fromMs: number,
  toMs: number,
  zone: string,
  nowMs: number,
): string {
  const preset = PRESETS.find((one) => one.from === from && one.to === to);
  if (preset !== undefined) return preset.label;
  const last = /^now-(\d+)([smhdwMQy])$/.exec(from);
  if (last !== null && to === 'now')
    return `Last ${last[1]} ${UNIT_NAMES[last[2] ?? ''] ?? ''}${last[1] === '1' ? '' : 's'}`;
  if (isRelativePoint(from) && isRelativePoint(to)) return `${from} → ${to}`;
  const isSameDay = formatDay(fromMs, zone) === formatDay(toMs, zone);
  const start = formatDateTime(fromMs, zone, nowMs);
  return `${start} → ${to === 'now' ? 'now' : isSameDay ? formatClock(toMs, zone) : formatDateTime(toMs, zone, nowMs)}`;
}

function formatDay(ms: number, zone: string): string {
  const { year, month, day } = wallClock(ms, zone);
  const weekday = DAYS[new Date(Date.UTC(year, month - 1, day)).getUTCDay()];
  return `${weekday} ${day} ${MONTHS[month - 1]} ${year}`;
}

/** The live preview under the picker's field: `Fri 20 Nov 2026 13:00:00 → 14:00:00 UTC+2 · 1 h · step 15 s`. */
export function rangePreview(fromMs: number, toMs: number, zone: string, stepMs: number): string {
  const day = formatDay(fromMs, zone);
  const endDay = formatDay(toMs, zone);
  const end = `${endDay === day ? '' : `${endDay} `}${formatClock(toMs, zone)}`;
  const span = formatSpan(Math.round((toMs - fromMs) / 1000) * 1000);
  return `${day} ${formatClock(fromMs, zone)} → ${end} ${offsetName(toMs, zone)} · ${span} · step ${formatSpan(stepMs)}`;
}

const INSTANT = /\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})\b/g;

/** A sentence of the server with its RFC 3339 times as the person's clock shows them. */
export function localTimes(text: string, zone: string, nowMs: number): string {
  return text.replace(INSTANT, (instant) => formatDateTime(Date.parse(instant), zone, nowMs));
}
