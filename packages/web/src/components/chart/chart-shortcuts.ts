/** The keys that a focused chart understands, for the list of shortcuts. The chart handles them itself. */
import type { Shortcut } from '../../lib/keymap.ts';

export const CHART_SHORTCUTS: readonly Shortcut[] = [
  { keys: 'ArrowLeft', label: 'Read the value before', group: 'Chart' },
  { keys: 'ArrowUp', label: 'Read the next series', group: 'Chart' },
  { keys: 'Home', label: 'Read the first value', group: 'Chart' },
  { keys: 'Enter', label: 'Legend: show only this series', group: 'Chart' },
  { keys: 'shift+Enter', label: 'Legend: show or hide this series', group: 'Chart' },
  { keys: 'alt+Enter', label: 'Legend: only this one on every chart', group: 'Chart' },
  { keys: 'shift+t', label: 'Chart or table of values', group: 'Chart' },
];
