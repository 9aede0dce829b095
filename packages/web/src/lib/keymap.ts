/** Keyboard shortcuts: single keys, chords (`mod+k`) and sequences (`g m`). Knows no DOM beyond the event's shape. */

export interface Shortcut {
  /** `g m`, `mod+k`, `shift+t`, `?`, `t ArrowLeft`. */
  readonly keys: string;
  readonly label: string;
  readonly group: 'Go to' | 'Time' | 'Page' | 'List' | 'Chart' | 'Query' | 'General';
  /** Absent when a widget handles the key itself and it is only listed. */
  readonly run?: () => void;
}

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** Reserved as first keys of sequences and never bound alone. */
export const PREFIXES: ReadonlySet<string> = new Set(['g', 't', 'd', 'c', 'p']);
const SEQUENCE_TIMEOUT_MS = 1_200;
const IGNORED = new Set(['Shift', 'Control', 'Alt', 'Meta', 'AltGraph', 'CapsLock']);

/** How a press is written in a shortcut. Shift is kept only where it does not already change the character. */
export function pressName(press: KeyPress): string {
  const isLetter = /^[a-zA-Z]$/.test(press.key);
  const parts: string[] = [];
  if (press.ctrlKey || press.metaKey) parts.push('mod');
  if (press.altKey) parts.push('alt');
  if (press.shiftKey && (isLetter || press.key.length > 1)) parts.push('shift');
  parts.push(isLetter ? press.key.toLowerCase() : press.key);
  return parts.join('+');
}

/** Problems of a set of shortcuts: a prefix bound alone, two shortcuts on the same keys, an unreachable sequence. */
export function keymapProblems(shortcuts: readonly Shortcut[]): string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const { keys, run } of shortcuts) {
    if (run === undefined) continue;
    if (PREFIXES.has(keys)) problems.push(`"${keys}" is a prefix and must not be bound alone`);
    if (seen.has(keys)) problems.push(`"${keys}" is bound twice`);
    seen.add(keys);
    const [first = '', ...rest] = keys.split(' ');
    if (rest.length > 0 && !PREFIXES.has(first)) problems.push(`"${keys}" starts with "${first}", which is no prefix`);
  }
  return problems;
}

export interface KeymapOptions {
  readonly shortcuts: () => readonly Shortcut[];
  /** When false only chords with ⌘, ctrl or alt and Escape work (WCAG 2.1.4). */
  readonly hasSingleKeys: () => boolean;
  readonly now: () => number;
}

/** Returns true when the press belonged to a shortcut, finished or started. */
export type KeyHandler = (press: KeyPress, isTyping: boolean) => boolean;

export function createKeyHandler({ shortcuts, hasSingleKeys, now }: KeymapOptions): KeyHandler {
  let prefix = '';
  let prefixAt = 0;
  return (press, isTyping) => {
    if (IGNORED.has(press.key)) return false;
    const name = pressName(press);
    const isChord = press.ctrlKey || press.metaKey || press.altKey;
    if (!isChord && (isTyping || !hasSingleKeys())) {
      prefix = '';
      return false;
    }
    const isContinued = prefix !== '' && now() - prefixAt < SEQUENCE_TIMEOUT_MS;
    const keys = isContinued ? `${prefix} ${name}` : name;
    prefix = '';
    const hit = shortcuts().find((one) => one.keys === keys && one.run !== undefined);
    if (hit?.run !== undefined) {
      hit.run();
      return true;
    }
    if (!isContinued && PREFIXES.has(name)) {
      prefix = name;
      prefixAt = now();
      return true;
    }
    return false;
  };
}

const MODIFIERS: Record<string, readonly [mac: string, other: string]> = {
  mod: ['⌘', 'Ctrl'],
  shift: ['⇧', 'Shift'],
  alt: ['⌥', 'Alt'],
};
const SYMBOLS: Record<string, string> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Enter: '↵',
  Escape: 'Esc',
};

/** The caps to draw: `['⌘K']`, `['g', 'm']`. */
export function keyCaps(keys: string, isMac: boolean): string[] {
  return keys.split(' ').map((part) => {
    const names = part.split('+').filter((name) => name !== '');
    const caps = names.map((name) => {
      const modifier = MODIFIERS[name];
      if (modifier !== undefined) return modifier[isMac ? 0 : 1];
      const symbol = SYMBOLS[name] ?? name;
      return names.length > 1 && symbol.length === 1 ? symbol.toUpperCase() : symbol;
    });
    return part === '+' ? '+' : caps.join(isMac ? '' : '+');
  });
}
