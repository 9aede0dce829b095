/** Which part of the query log is shown, in the address bar. */
import { useState } from 'react';
import { firstValue } from '../../../lib/search-params.ts';
import { usePatchUrl, useUrlSearch } from '../../../state/url.ts';

export type LogSort = 'started' | 'duration' | 'samples' | 'bytes';

const SORTS: readonly LogSort[] = ['started', 'duration', 'samples', 'bytes'];
const PAGE = 50;
const MOST = 500;

export interface LogState {
  readonly list: 'recent' | 'slowest';
  readonly sort: LogSort | null;
  readonly search: string;
  readonly limit: number;
  readonly setList: (list: LogState['list']) => void;
  readonly setSort: (sort: LogSort) => void;
  readonly setSearch: (text: string) => void;
  /** Null when no more can be shown. */
  readonly showMore: (() => void) | null;
}

export function useLogState(): LogState {
  const search = useUrlSearch();
  const patch = usePatchUrl();
  const [limit, setLimit] = useState(PAGE);
  const sort = firstValue(search['sort']);
  return {
    list: firstValue(search['list']) === 'slowest' ? 'slowest' : 'recent',
    sort: SORTS.find((one) => one === sort) ?? null,
    search: firstValue(search['search']) ?? '',
    limit,
    setList: (list) => patch({ list: list === 'recent' ? null : list, sort: null }),
    setSort: (next) => patch({ sort: next }),
    setSearch: (text) => patch({ search: text === '' ? null : text }, 'replace'),
    showMore: limit >= MOST ? null : () => setLimit(Math.min(MOST, limit * 2)),
  };
}
