/** Builds the CodeMirror view of a query. Escape lets go of the keyboard, so Tab is never trapped. */
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  completionStatus,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, toggleComment } from '@codemirror/commands';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { lintKeymap, setDiagnostics } from '@codemirror/lint';
import { EditorState, Prec } from '@codemirror/state';
import { EditorView, keymap, placeholder } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { PromQLExtension } from '@prometheus-io/codemirror-promql';
import { completionClient } from '../../../api/completion.ts';
import { errorSpan } from '../../../lib/error-span.ts';

export interface EditorOptions {
  readonly label: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly onRun: (text: string) => void;
  readonly onFormat: () => void;
  readonly onHistory: (direction: -1 | 1) => void;
}

export interface Editor {
  readonly setText: (text: string) => void;
  readonly setError: (message: string | null) => void;
  readonly focus: () => void;
  readonly destroy: () => void;
}

const highlight = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--syntax-keyword)' },
  { tag: [tags.function(tags.variableName), tags.operatorKeyword], color: 'var(--syntax-function)' },
  { tag: tags.labelName, color: 'var(--syntax-label)' },
  { tag: tags.string, color: 'var(--syntax-string)' },
  { tag: [tags.number, tags.unit], color: 'var(--syntax-number)' },
  { tag: tags.modifier, color: 'var(--syntax-keyword)' },
  { tag: tags.comment, color: 'var(--ink-2)', fontStyle: 'italic' },
  { tag: tags.invalid, color: 'var(--crit)' },
]);

const theme = EditorView.theme({
  '&': { backgroundColor: 'transparent', color: 'var(--ink)', fontSize: '13px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-content': { fontFamily: 'var(--mono)', padding: '5px 0', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0 8px' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-placeholder': { color: 'var(--ink-2)' },
  '.cm-scroller': { lineHeight: '1.45', maxHeight: '180px', overflow: 'auto' },
  '&.cm-focused .cm-matchingBracket': {
    backgroundColor: 'var(--bg-selected)',
    outline: '1px solid var(--line-strong)',
  },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--crit)',
    textUnderlineOffset: '3px',
  },
  '.cm-tooltip': {
    backgroundColor: 'var(--bg-panel)',
    border: '1px solid var(--line-strong)',
    borderRadius: '6px',
    overflow: 'hidden',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', fontSize: '12px', maxHeight: '260px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '3px 8px', minHeight: '24px' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--bg-selected)', color: 'var(--ink)' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700', color: 'var(--accent)' },
  '.cm-completionDetail': { color: 'var(--ink-2)', fontStyle: 'normal', marginLeft: '12px' },
  '.cm-completionInfo': { padding: '6px 10px', maxWidth: '360px', fontFamily: 'var(--font)' },
  '.cm-completionIcon': { display: 'none' },
  '.cm-diagnostic': { padding: '6px 10px' },
  '.cm-diagnostic-error': { borderLeft: '3px solid var(--crit)' },
});

export function createEditor(host: HTMLElement, options: EditorOptions): Editor {
  const promql = new PromQLExtension().setComplete({ remote: completionClient(), maxMetricsMetadata: 10_000 });
  let isOwnChange = false;
  const run = (view: EditorView): boolean => {
    options.onRun(view.state.doc.toString());
    return true;
  };
  const format = (): boolean => {
    options.onFormat();
    return true;
  };
  const leave = (one: EditorView): boolean => {
    one.contentDOM.blur();
    return true;
  };
  const move = (direction: -1 | 1) => (view: EditorView) => {
    if (completionStatus(view.state) === 'active') return false;
    options.onHistory(direction);
    return true;
  };
  const view = new EditorView({
    parent: host,
    state: EditorState.create({
      doc: options.text,
      selection: { anchor: options.text.length },
      extensions: [
        history(),
        bracketMatching(),
        closeBrackets(),
        autocompletion({ activateOnTypingDelay: 60 }),
        promql.asExtension(),
        syntaxHighlighting(highlight),
        theme,
        EditorView.lineWrapping,
        placeholder('PromQL, for example rate(node_cpu_seconds_total[5m])'),
        EditorView.contentAttributes.of({ 'aria-label': options.label }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !isOwnChange) options.onChange(update.state.doc.toString());
        }),
        Prec.highest(
          keymap.of([
            { key: 'Mod-Enter', run },
            { key: 'Shift-Alt-f', run: format },
            { key: 'Alt-ArrowUp', run: move(1) },
            { key: 'Alt-ArrowDown', run: move(-1) },
            { key: 'Mod-/', run: toggleComment },
          ]),
        ),
        // Below the completion's own Enter and Escape, above the default ones.
        keymap.of([
          ...closeBracketsKeymap,
          ...completionKeymap,
          // A list that has just opened does not take Enter yet: that press must not run half a name.
          { key: 'Enter', run: (one) => completionStatus(one.state) === 'active' || run(one) },
          { key: 'Escape', run: leave },
          ...historyKeymap,
          ...lintKeymap,
          ...defaultKeymap,
        ]),
      ],
    }),
  });
  return {
    setText: (text) => {
      if (text === view.state.doc.toString()) return;
      isOwnChange = true;
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert: text },
        selection: { anchor: text.length },
      });
      isOwnChange = false;
    },
    setError: (message) => {
      const length = view.state.doc.length;
      const span = message === null ? null : errorSpan(message, view.state.doc.toString());
      const found =
        span === null || message === null || length === 0
          ? []
          : [
              {
                from: Math.min(span.from, length - 1),
                to: Math.min(span.to, length),
                severity: 'error' as const,
                message,
              },
            ];
      view.dispatch(setDiagnostics(view.state, found));
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
