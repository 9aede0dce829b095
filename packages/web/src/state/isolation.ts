/** Which series a person wants to see alone on every chart of the page. */
import { create } from 'zustand';
import type { SeriesMark } from '../lib/legend-model.ts';

interface Isolation {
  readonly mark: SeriesMark | null;
  /** Counts the choices, so that the same one twice is seen twice. */
  readonly version: number;
  /** Chooses; choosing what is chosen brings everything back. */
  readonly choose: (mark: SeriesMark) => void;
}

export const useIsolation = create<Isolation>((set, get) => ({
  mark: null,
  version: 0,
  choose: (mark) => {
    const old = get().mark;
    const isSame = old !== null && JSON.stringify(old) === JSON.stringify(mark);
    set({ mark: isSame ? null : mark, version: get().version + 1 });
  },
}));
