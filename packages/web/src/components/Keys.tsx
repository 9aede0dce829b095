/** Key caps. */
import type { ReactNode } from 'react';
import { keyCaps } from '../lib/keymap.ts';
import { isMac } from '../state/shortcuts.ts';

export function Keys({ keys }: { keys: string }): ReactNode {
  return (
    <span className="keys">
      {keyCaps(keys, isMac).map((cap, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: `g g` has the same cap twice and the list never changes
        <kbd key={`${index}${cap}`}>{cap}</kbd>
      ))}
    </span>
  );
}
