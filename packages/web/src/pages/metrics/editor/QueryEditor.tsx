/** The PromQL editor: CodeMirror with Prometheus's own grammar and completion. Loaded on demand. */
import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef } from 'react';
import type { LintFinding, LintFix } from '@sightline/promql';
import { createEditor, type Editor } from './create-editor.ts';
import type { Marks } from './marks.ts';

interface QueryEditorProps {
  readonly label: string;
  readonly text: string;
  /** The server's message about this text; it is underlined where the message says. */
  readonly error: string | null;
  /** Whether the plain field had the focus that the editor takes over. */
  readonly hasFocus: RefObject<boolean>;
  readonly onChange: (text: string) => void;
  readonly onRun: (text: string) => void;
  readonly onFormat: () => void;
  readonly onHistory: (direction: -1 | 1) => void;
  readonly findings: readonly LintFinding[];
  readonly part: Marks['part'];
  readonly onFix: (fix: LintFix) => void;
  readonly onExplain: () => void;
}

export function QueryEditor(props: QueryEditorProps): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | null>(null);
  const latest = useRef(props);
  useLayoutEffect(() => {
    latest.current = props;
  });
  // In the same turn in which the plain field goes: a key pressed in between would reach neither.
  useLayoutEffect(() => {
    if (host.current === null) return undefined;
    const made = createEditor(host.current, {
      label: latest.current.label,
      text: latest.current.text,
      onChange: (text) => latest.current.onChange(text),
      onRun: (text) => latest.current.onRun(text),
      onFormat: () => latest.current.onFormat(),
      onHistory: (direction) => latest.current.onHistory(direction),
      onFix: (fix) => latest.current.onFix(fix),
      onExplain: () => latest.current.onExplain(),
    });
    editor.current = made;
    // A page that waits for a part of its code is taken down and put up again, without the effects below.
    const { error, findings, part } = latest.current;
    made.setMarks({ error, findings, part });
    if (latest.current.hasFocus.current) made.focus();
    return () => {
      made.destroy();
      editor.current = null;
    };
  }, []);
  useEffect(() => editor.current?.setText(props.text), [props.text]);
  const { text, error, findings, part } = props;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new text drops the marks of the old one
  useEffect(() => editor.current?.setMarks({ error, findings, part }), [text, error, findings, part]);
  return <div ref={host} className="query-editor" data-testid="editor" />;
}
