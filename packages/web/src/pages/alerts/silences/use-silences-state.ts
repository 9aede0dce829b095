/** Which silences are shown and what the drawer works on, in the address bar. */
import { useMemo } from 'react';
import { type Matcher, parseMatchers } from '../../../lib/matchers.ts';
import { allValues, firstValue } from '../../../lib/search-params.ts';
import { SILENCE_STATES, type SilenceState } from '../../../lib/silences-model.ts';
import { usePatchUrl, useUrlSearch } from '../../../state/url.ts';

export interface SilencesState {
  readonly shown: SilenceState | 'all';
  readonly search: string;
  readonly isNew: boolean;
  /** What a new silence begins with. */
  readonly matchers: readonly Matcher[];
  /** Id of the silence that is changed. */
  readonly editId: string | undefined;
  readonly show: (state: SilenceState | 'all') => void;
  readonly setSearch: (text: string) => void;
  readonly startNew: () => void;
  readonly startEdit: (id: string) => void;
  readonly closeDrawer: () => void;
}

export function useSilencesState(): SilencesState {
  const search = useUrlSearch();
  const patch = usePatchUrl();
  const wanted = firstValue(search['state']);
  const texts = allValues(search['m']);
  const matchers = useMemo(() => texts.flatMap((text) => parseMatchers(text) ?? []), [texts]);
  return {
    shown: wanted === 'all' ? 'all' : (SILENCE_STATES.find((state) => state === wanted) ?? 'active'),
    search: firstValue(search['search']) ?? '',
    isNew: firstValue(search['new']) === '1',
    matchers,
    editId: firstValue(search['edit']),
    show: (state) => patch({ state: state === 'active' ? null : state }),
    setSearch: (text) => patch({ search: text === '' ? null : text }, 'replace'),
    startNew: () => patch({ new: '1', m: null, edit: null }),
    startEdit: (id) => patch({ edit: id, new: null, m: null }),
    closeDrawer: () => patch({ new: null, m: null, edit: null }),
  };
}
