/** Query results as text: promtool's form, or a table with a column for every label that differs. */
import type { ApiSample, QueryData } from '@sightline/api-types';
import { Labels, METRIC_NAME } from '@sightline/model';

/** The lines of `promtool query instant` and `promtool query range`. */
export function promtoolText(data: QueryData): string {
  switch (data.resultType) {
    case 'scalar':
      return `scalar: ${valueAt(data.result)}\n`;
    case 'string':
      return `${data.result[1]}\n`;
    case 'vector':
      return lines(data.result.map(({ metric, value }) => `${name(metric)} => ${valueAt(value)}`));
    case 'matrix':
      return lines(data.result.map(({ metric, values }) => [`${name(metric)} =>`, ...values.map(valueAt)].join('\n')));
  }
}

function valueAt([seconds, value]: ApiSample): string {
  return `${value} @[${seconds}]`;
}

function name(metric: Readonly<Record<string, string>>): string {
  return Labels.fromObject(metric).toString();
}

function lines(texts: readonly string[]): string {
  return texts.length === 0 ? '' : `${texts.join('\n')}\n`;
}

/** One row a series (instant) or a sample (range). Labels that all rows share are told once, above. */
export function tableText(data: QueryData): string {
  if (data.resultType === 'scalar' || data.resultType === 'string') return promtoolText(data);
  const rows =
    data.resultType === 'vector'
      ? data.result.map(({ metric, value }) => ({ metric, sample: value }))
      : data.result.flatMap(({ metric, values }) => values.map((sample) => ({ metric, sample })));
  if (rows.length === 0) return 'no series\n';
  const names = labelNames(rows.map((row) => row.metric));
  const isShared = (label: string) => rows.every((row) => row.metric[label] === rows[0]?.metric[label]);
  const shared = rows.length > 1 ? names.filter(isShared) : [];
  const columns = names.filter((label) => !shared.includes(label));
  const header = [...columns.map((label) => (label === METRIC_NAME ? 'metric' : label)), 'value'];
  const isRange = data.resultType === 'matrix';
  if (isRange) header.unshift('time');
  const cells = rows.map(({ metric, sample: [seconds, value] }) => {
    const row = [...columns.map((label) => metric[label] ?? ''), value];
    return isRange ? [new Date(seconds * 1e3).toISOString(), ...row] : row;
  });
  const first = rows[0]?.metric ?? {};
  const head = shared.map((label) => [label, first[label] ?? ''] as const);
  const title = head.length === 0 ? '' : `${Labels.fromPairs(head).toString()}\n`;
  return title + alignColumns([header, ...cells]);
}

function labelNames(metrics: readonly Readonly<Record<string, string>>[]): string[] {
  const names = new Set<string>();
  for (const metric of metrics) for (const label of Object.keys(metric)) names.add(label);
  return [...names].sort();
}

function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length);
    });
  }
  const last = widths.length - 1;
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === last ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0))).join('  ');
  return `${rows.map((row) => line(row).trimEnd()).join('\n')}\n`;
}
