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
import { lintKeymap } from '@codemirror/lint';
import { EditorState, Prec } from '@codemirror/state';
import { EditorView, keymap, placeholder } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { PromQLExtension } from '@prometheus-io/codemirror-promql';
import type { LintFinding, LintFix } from '@sightline/promql';
import { completionClient } from '../../../api/completion.ts';
import { fixAt } from '../lint/apply-fix.ts';
import { hoverDocs } from './hover-docs.ts';
import { type Marks, markField, showMarks } from './marks.ts';
import { theme } from './theme.ts';

export interface EditorOptions {
  readonly label: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly onRun: (text: string) => void;
  readonly onFormat: () => void;
  readonly onHistory: (direction: -1 | 1) => void;
  readonly onFix: (fix: LintFix) => void;
  readonly onExplain: () => void;
}

export interface Editor {
  readonly setText: (text: string) => void;
  readonly setMarks: (marks: Marks) => void;
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
  let findings: readonly LintFinding[] = [];
  const fix = (one: EditorView): boolean => {
    const found = fixAt(findings, one.state.selection.main.head);
    if (found !== undefined) options.onFix(found);
    return found !== undefined;
  };
  const explain = (): boolean => {
    options.onExplain();
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
        markField,
        hoverDocs(),
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
            { key: 'Alt-Enter', run: fix },
            { key: 'Alt-e', run: explain },
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
    setMarks: (marks) => {
      findings = marks.findings;
      showMarks(view, marks, options.onFix);
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
