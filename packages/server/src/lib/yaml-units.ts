/** Sizes as Prometheus's configuration writes them (alecthomas/units Base2Bytes): `10MB` is 10 x 1024 x 1024 bytes. */
const FACTORS = new Map<string, number>([['B', 1]]);
['K', 'M', 'G', 'T', 'P', 'E'].forEach((prefix, index) => {
  FACTORS.set(`${prefix}B`, 1024 ** (index + 1));
  FACTORS.set(`${prefix}iB`, 1024 ** (index + 1));
});

/** Bytes, or undefined when the text is not a size. `0` needs no unit; parts add up: `1GB512MB`. */
export function parseBase2Bytes(text: string): number | undefined {
  const match = /^([-+]?)(.*)$/s.exec(text);
  const sign = match?.[1] === '-' ? -1 : 1;
  const body = match?.[2] ?? '';
  if (body === '0') return 0;
  if (body === '' || !/^(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)[A-Za-z]+)+$/.test(body)) return undefined;
  let total = 0;
  for (const [, amount = '', unit = ''] of body.matchAll(/([0-9.]+)([A-Za-z]+)/g)) {
    const factor = FACTORS.get(unit);
    if (factor === undefined) return undefined;
    total += Number(amount) * factor;
  }
  return Number.isFinite(total) && total < 2 ** 63 ? sign * Math.trunc(total) : undefined;
}
