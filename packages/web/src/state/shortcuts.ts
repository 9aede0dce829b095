/** The shortcuts that work on the page right now. Components add theirs while they are mounted. */
import { useEffect } from 'react';
import { create } from 'zustand';
import { createKeyHandler, type Shortcut } from '../lib/keymap.ts';
import { usePreferences } from './preferences.ts';

interface Registry {
  readonly groups: ReadonlyMap<string, readonly Shortcut[]>;
}

const useRegistry = create<Registry>(() => ({ groups: new Map() }));

/** Registers a set under a name; the latest version of the set wins and it goes away with the component. */
export function useShortcuts(owner: string, shortcuts: readonly Shortcut[]): void {
  useEffect(() => {
    useRegistry.setState(({ groups }) => ({ groups: new Map(groups).set(owner, shortcuts) }));
  }, [owner, shortcuts]);
  useEffect(
    () => () =>
      useRegistry.setState(({ groups }) => {
        const next = new Map(groups);
        next.delete(owner);
        return { groups: next };
      }),
    [owner],
  );
}

export function useAllShortcuts(): readonly Shortcut[] {
  const groups = useRegistry((state) => state.groups);
  return [...groups.values()].flat();
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button', 'range'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** Listens on the document; returns how to stop. */
export function startKeyboard(): () => void {
  const handle = createKeyHandler({
    shortcuts: () => [...useRegistry.getState().groups.values()].flat(),
    hasSingleKeys: () => usePreferences.getState().hasSingleKeys,
    now: () => performance.now(),
  });
  const listener = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return;
    if (handle(event, isTyping(event.target))) event.preventDefault();
  };
  document.addEventListener('keydown', listener);
  return () => document.removeEventListener('keydown', listener);
}

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
