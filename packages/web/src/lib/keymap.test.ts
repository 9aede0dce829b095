import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import {
  createKeyHandler,
  keyCaps,
  keymapProblems,
  type KeyPress,
  PREFIXES,
  pressName,
  type Shortcut,
} from './keymap.ts';

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
});

function handlerOf(shortcuts: readonly Shortcut[], options: { single?: boolean; now?: () => number } = {}) {
  return createKeyHandler({
    shortcuts: () => shortcuts,
    hasSingleKeys: () => options.single ?? true,
    now: options.now ?? (() => 0),
  });
}
const shortcut = (keys: string, run: () => void): Shortcut => ({ keys, label: keys, group: 'General', run });

/** Every `keys:` that the sources bind. */
function boundKeys(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.includes('.test.'))
    .flatMap((entry) =>
      [...readFileSync(join(entry.parentPath, entry.name), 'utf8').matchAll(/\{\s*keys: '([^']+)',[^{}]*run:/g)].map(
        (match) => match[1] ?? '',
      ),
    );
}

describe('keyboard', () => {
  it('no shortcut of the app takes a prefix for itself, and none is bound twice', () => {
    const keys = boundKeys(join(import.meta.dirname, '..', 'components', 'shell')).filter(
      (one) => !one.includes('mod+Enter'),
    );
    const own = readFileSync(join(import.meta.dirname, '..', 'components', 'shell', 'use-shell-shortcuts.ts'), 'utf8');
    const bound = [...own.matchAll(/keys: '([^']+)'/g)].map((match) => shortcut(match[1] ?? '', () => undefined));
    expect(keys.length).toBeGreaterThan(10);
    expect(bound.length).toBeGreaterThan(10);
    expect(keymapProblems(bound)).toEqual([]);
    for (const prefix of PREFIXES) expect(keys).not.toContain(prefix);
  });

  it('reports a prefix bound alone, a double binding and an unreachable sequence', () => {
    const run = (): void => undefined;
    expect(
      keymapProblems([shortcut('g', run), shortcut('y', run), shortcut('y', run), shortcut('x y', run)]),
    ).toHaveLength(3);
  });

  it('runs sequences and forgets a prefix after a while', () => {
    const run = vi.fn();
    let clock = 0;
    const handle = handlerOf([shortcut('g m', run)], { now: () => clock });
    expect(handle(press('g'), false)).toBe(true);
    expect(handle(press('m'), false)).toBe(true);
    expect(run).toHaveBeenCalledTimes(1);
    handle(press('g'), false);
    clock = 5_000;
    expect(handle(press('m'), false)).toBe(false);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('leaves people alone who type, but not their chords', () => {
    const run = vi.fn();
    const handle = handlerOf([shortcut('y', run), shortcut('mod+k', run)]);
    expect(handle(press('y'), true)).toBe(false);
    expect(handle(press('k', { ctrlKey: true }), true)).toBe(true);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('single keys can be turned off, chords stay', () => {
    const run = vi.fn();
    const handle = handlerOf([shortcut('y', run), shortcut('g m', run), shortcut('mod+k', run)], { single: false });
    expect(handle(press('y'), false)).toBe(false);
    expect(handle(press('g'), false)).toBe(false);
    expect(handle(press('k', { metaKey: true }), false)).toBe(true);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('names presses the way shortcuts are written', () => {
    expect(pressName(press('?', { shiftKey: true }))).toBe('?');
    expect(pressName(press('T', { shiftKey: true }))).toBe('shift+t');
    expect(pressName(press('ArrowLeft'))).toBe('ArrowLeft');
    expect(pressName(press('K', { metaKey: true, shiftKey: true }))).toBe('mod+shift+k');
  });

  it('draws caps', () => {
    expect(keyCaps('mod+k', true)).toEqual(['⌘K']);
    expect(keyCaps('mod+k', false)).toEqual(['Ctrl+K']);
    expect(keyCaps('t ArrowLeft', false)).toEqual(['t', '←']);
    expect(keyCaps('shift+alt+f', true)).toEqual(['⇧⌥F']);
    expect(keyCaps('shift+alt+f', false)).toEqual(['Shift+Alt+F']);
  });
});
