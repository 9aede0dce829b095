/** Numbers for people: three significant digits, one unit, thin space between. Missing is never zero. */
import { formatSpan } from './time-format.ts';

export type Unit =
  | 'short'
  | 'count'
  | 'bytes'
  | 'decbytes'
  | 'bytes/s'
  | 'bits/s'
  | 'seconds'
  | 'ms'
  | 'ratio'
  | 'percent'
  | 'req/s'
  | 'ops/s'
  | 'per-second'
  | 'celsius'
  | 'hertz'
  | 'volts'
  | 'timestamp'
  | 'bool';

export interface FormattedValue {
  readonly number: string;
  readonly suffix: string;
}

/** A factor and the suffix that goes with it, chosen once for a whole axis. */
interface Scale {
  readonly factor: number;
  readonly suffix: string;
}

export const THIN = '\u202f';
const SI: readonly Scale[] = [
  { factor: 1e12, suffix: 'T' },
  { factor: 1e9, suffix: 'G' },
  { factor: 1e6, suffix: 'M' },
  { factor: 1e3, suffix: 'k' },
  { factor: 1, suffix: '' },
];
const IEC: readonly Scale[] = [
  { factor: 2 ** 50, suffix: 'PiB' },
  { factor: 2 ** 40, suffix: 'TiB' },
  { factor: 2 ** 30, suffix: 'GiB' },
  { factor: 2 ** 20, suffix: 'MiB' },
  { factor: 2 ** 10, suffix: 'KiB' },
  { factor: 1, suffix: 'B' },
];
const TIME: readonly Scale[] = [
  { factor: 86_400, suffix: 'd' },
  { factor: 3_600, suffix: 'h' },
  { factor: 60, suffix: 'min' },
  { factor: 1, suffix: 's' },
  { factor: 1e-3, suffix: 'ms' },
  { factor: 1e-6, suffix: 'µs' },
  { factor: 1e-9, suffix: 'ns' },
];

function pick(scales: readonly Scale[], magnitude: number, fallback: Scale): Scale {
  if (magnitude === 0 || !Number.isFinite(magnitude)) return fallback;
  return scales.find(({ factor }) => magnitude >= factor * 0.9995) ?? scales.at(-1) ?? fallback;
}

const withSuffix = (scales: readonly Scale[], suffix: string): readonly Scale[] =>
  scales.map((scale) => ({ factor: scale.factor, suffix: scale.suffix + suffix }));

const ONE: Scale = { factor: 1, suffix: '' };

/** The scale that makes `magnitude` read best in `unit`. */
function scaleFor(magnitude: number, unit: Unit): Scale {
  const size = Math.abs(magnitude);
  switch (unit) {
    case 'bytes':
      return pick(IEC, size, { factor: 1, suffix: 'B' });
    case 'decbytes':
      return pick(withSuffix(SI, 'B'), size, { factor: 1, suffix: 'B' });
    case 'bytes/s':
      return pick(withSuffix(IEC, '/s'), size, { factor: 1, suffix: 'B/s' });
    case 'bits/s':
      return pick(withSuffix(SI, 'b/s'), size, { factor: 1, suffix: 'b/s' });
    case 'seconds':
      return size >= 1 && size < 120 ? { factor: 1, suffix: 's' } : pick(TIME, size, { factor: 1, suffix: 's' });
    case 'ms':
      return scaleForMs(size);
    case 'ratio':
      return { factor: 0.01, suffix: '%' };
    case 'percent':
      return { factor: 1, suffix: '%' };
    case 'req/s':
    case 'ops/s':
    case 'per-second':
      return rateScale(size, unit);
    case 'celsius':
      return { factor: 1, suffix: '°C' };
    case 'hertz':
      return pick(withSuffix(SI, 'Hz'), size, { factor: 1, suffix: 'Hz' });
    case 'volts':
      return { factor: 1, suffix: 'V' };
    case 'bool':
    case 'timestamp':
      return ONE;
    default:
      return size < 1 ? ONE : pick(SI, size, ONE);
  }
}

function scaleForMs(size: number): Scale {
  const { factor, suffix } = scaleFor(size / 1000, 'seconds');
  return { factor: factor * 1000, suffix };
}

function rateScale(size: number, unit: 'req/s' | 'ops/s' | 'per-second'): Scale {
  const noun = unit === 'req/s' ? 'req' : unit === 'ops/s' ? 'ops' : '';
  if (size > 0 && size < 0.1 / 60) return { factor: 1 / 3600, suffix: `${noun}/h` };
  if (size > 0 && size < 0.1) return { factor: 1 / 60, suffix: `${noun}/min` };
  const { factor, suffix } = pick(SI, size, ONE);
  return { factor, suffix: noun === '' ? `${suffix}/s` : `${suffix}${suffix === '' ? '' : THIN}${noun}/s` };
}

/** Three significant digits without an exponent; `<0.01` instead of a zero that is none. */
function formatDigits(value: number, decimals?: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (decimals !== undefined) return value.toFixed(decimals);
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 0.001) return `${value < 0 ? '−' : ''}<0.001`;
  if (size >= 1000) return String(Math.round(value));
  const places = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  const text = value.toFixed(places);
  return text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text;
}

/** Percentages near 100 show as many nines as it takes; below 1 % always two decimals. */
function formatPercent(percent: number): string {
  if (percent > 99 && percent < 100) {
    const places = Math.min(6, Math.max(1, Math.ceil(-Math.log10(100 - percent)) + 1));
    return percent.toFixed(places).replace(/0+$/, '').replace(/\.$/, '');
  }
  if (percent !== 0 && Math.abs(percent) < 1) return Math.abs(percent) < 0.005 ? '<0.01' : percent.toFixed(2);
  return formatDigits(percent);
}

export function formatParts(value: number | null | undefined, unit: Unit): FormattedValue {
  if (value === null || value === undefined) return { number: '–', suffix: '' };
  if (!Number.isFinite(value)) return { number: formatDigits(value), suffix: '' };
  if (unit === 'bool')
    return { number: value === 1 ? 'Up (1)' : value === 0 ? 'Down (0)' : formatDigits(value), suffix: '' };
  if (unit === 'timestamp')
    return { number: new Date(value * 1000).toISOString().slice(0, 19).replace('T', ' '), suffix: 'UTC' };
  if ((unit === 'seconds' && Math.abs(value) >= 120) || (unit === 'ms' && Math.abs(value) >= 120_000)) {
    return {
      number: `${value < 0 ? '−' : ''}${formatSpan(Math.abs(value) * (unit === 'seconds' ? 1000 : 1))}`,
      suffix: '',
    };
  }
  const { factor, suffix } = scaleFor(value, unit);
  const scaled = value / factor;
  return { number: suffix === '%' ? formatPercent(scaled) : formatDigits(scaled), suffix };
}

/** `1.23 k`, `412 MiB`, `99.987 %`; `–` when there is no value. */
export function formatValue(value: number | null | undefined, unit: Unit): string {
  const { number, suffix } = formatParts(value, unit);
  return suffix === '' ? number : `${number}${THIN}${suffix}`;
}

/** Labels of an axis: one scale for all ticks and just enough digits to tell them apart. */
export function formatTicks(ticks: readonly number[], unit: Unit): string[] {
  const largest = ticks.reduce((max, tick) => Math.max(max, Math.abs(tick)), 0);
  if (unit === 'timestamp' || unit === 'bool')
    return ticks.map((tick) => (unit === 'bool' ? String(tick) : formatValue(tick, unit)));
  const { factor, suffix } = scaleFor(largest, unit);
  const scaled = ticks.map((tick) => tick / factor);
  const spacing = Math.abs((scaled[1] ?? 0) - (scaled[0] ?? 0)) || Math.abs(scaled[0] ?? 0);
  let places = 0;
  for (; places < 6; places++) {
    const texts = scaled.map((tick) => tick.toFixed(places));
    const isDistinct = new Set(texts).size === new Set(scaled).size;
    const isExact = scaled.every(
      (tick, index) => Math.abs(Number(texts[index]) - tick) < Math.max(1e-9, spacing * 0.1),
    );
    if (isDistinct && isExact) break;
  }
  return scaled.map((tick) => {
    const text = tick === 0 ? '0' : tick.toFixed(places);
    return suffix === '' ? text : `${text}${THIN}${suffix}`;
  });
}
