/** The query rows of the Metrics page in the address bar, and Prometheus's own links to its graph page. */
import { parseDurationMs } from '@sightline/model';
import { allValues, firstValue, type SearchParams } from './search-params.ts';

export interface QueryRow {
  /** A, B, … Z. */
  readonly ref: string;
  readonly expr: string;
  readonly isOn: boolean;
}

export const MAX_ROWS = 26;

/** `q` once per row; `off` lists the letters that are switched off. */
export function rowsOf(search: SearchParams): readonly QueryRow[] {
  const off = firstValue(search['off']) ?? '';
  const rows = allValues(search['q'])
    .slice(0, MAX_ROWS)
    .map((expr, index) => ({ ref: letterOf(index), expr, isOn: !off.includes(letterOf(index)) }));
  return rows.length === 0 ? [{ ref: 'A', expr: '', isOn: true }] : rows;
}

export function rowsPatch(rows: readonly Pick<QueryRow, 'expr' | 'isOn'>[]): {
  q: readonly string[];
  off: string | null;
} {
  const off = rows.map(({ isOn }, index) => (isOn ? '' : letterOf(index))).join('');
  const isBlank = rows.every(({ expr }) => expr === '');
  return { q: isBlank && rows.length <= 1 ? [] : rows.map(({ expr }) => expr), off: off === '' ? null : off };
}

export function letterOf(index: number): string {
  return String.fromCharCode(65 + (index % MAX_ROWS));
}

/** `/graph?g0.expr=…&g0.range_input=1h&g0.end_input=…&g0.tab=1` as a link of ours. Other parameters are kept. */
export function fromPrometheusLink(search: SearchParams): SearchParams {
  const next: Record<string, string | readonly string[]> = {};
  const queries: string[] = [];
  for (const [name, value] of Object.entries(search)) {
    const match = /^g(\d+)\.(\w+)$/.exec(name);
    if (match === null) next[name] = value;
    else if (match[2] === 'expr') {
      queries.push(firstValue(value) ?? '');
    }
  }
  if (queries.length > 0) next['q'] = queries;
  const range = parseDurationMs(firstValue(search['g0.range_input']) ?? '');
  const endText = firstValue(search['g0.end_input']) ?? firstValue(search['g0.moment_input']);
  const end = endText === undefined ? Number.NaN : Date.parse(`${endText.replace(' ', 'T')}Z`);
  if (range !== undefined && range > 0) {
    const seconds = Math.round(range / 1000);
    next['from'] = Number.isNaN(end)
      ? `now-${seconds % 3600 === 0 ? `${seconds / 3600}h` : seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`}`
      : String(end - range);
    next['to'] = Number.isNaN(end) ? 'now' : String(end);
  }
  const tab = firstValue(search['g0.tab']);
  if (tab === '1' || tab === 'table') next['view'] = 'table';
  if (firstValue(search['g0.stacked']) === '1' || firstValue(search['g0.display_mode']) === 'stacked')
    next['stack'] = '1';
  return next;
}
