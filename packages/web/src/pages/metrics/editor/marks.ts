/** What is marked in a query's text: the server's error, what the lint pass found, and the part another view points at. */
import { type Diagnostic, setDiagnostics } from '@codemirror/lint';
import { StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view';
import type { LintFinding, LintFix } from '@sightline/promql';
import { errorSpan } from '../../../lib/error-span.ts';

export interface Marks {
  /** The server's message about this text. */
  readonly error: string | null;
  readonly findings: readonly LintFinding[];
  /** Offsets of the part to point at. */
  readonly part: { readonly start: number; readonly end: number } | null;
}

const setPart = StateEffect.define<{ readonly from: number; readonly to: number } | null>();
const marked = Decoration.mark({ class: 'cm-marked' });

export const markField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (old, transaction) => {
    let next = transaction.docChanged ? Decoration.none : old;
    for (const effect of transaction.effects) {
      if (effect.is(setPart)) next = effect.value === null ? Decoration.none : place(effect.value);
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const place = ({ from, to }: { readonly from: number; readonly to: number }): DecorationSet =>
  Decoration.set([marked.range(from, to)]);

export function showMarks(view: EditorView, { error, findings, part }: Marks, onFix: (fix: LintFix) => void): void {
  const text = view.state.doc.toString();
  const { length } = text;
  // An empty range would not be drawn: it takes the character before it.
  const within = (from: number, to: number): { from: number; to: number } => {
    const end = Math.max(0, Math.min(to, length));
    return { from: Math.max(0, Math.min(from, end - 1)), to: end };
  };
  const diagnostics: Diagnostic[] = [];
  if (length > 0) {
    if (error !== null) {
      const { from, to } = errorSpan(error, text);
      diagnostics.push({ ...within(from, to), severity: 'error', message: error });
    }
    for (const { severity, message, hint, span, fix } of findings) {
      diagnostics.push({
        ...within(span.start, span.end),
        severity,
        message: `${message}; ${hint}`,
        ...(fix === undefined ? {} : { actions: [{ name: fix.title, apply: () => onFix(fix) }] }),
      });
    }
  }
  const range = part === null || length === 0 ? null : within(part.start, part.end);
  view.dispatch(setDiagnostics(view.state, diagnostics), {
    effects: [setPart.of(range), ...(range === null ? [] : [EditorView.scrollIntoView(range.from, { y: 'nearest' })])],
  });
}
