/** A query to read, in the editor's colours. */
import { type ReactNode, useMemo } from 'react';
import { promqlTokens } from '../lib/promql-tokens.ts';

export function PromqlText({ text }: { text: string }): ReactNode {
  const tokens = useMemo(() => {
    let at = 0;
    return promqlTokens(text).map((token) => {
      at += token.text.length;
      return { ...token, at };
    });
  }, [text]);
  return (
    <code className="promql">
      {tokens.map(({ kind, text: piece, at }) =>
        kind === 'plain' ? (
          piece
        ) : (
          <span key={at} data-token={kind}>
            {piece}
          </span>
        ),
      )}
    </code>
  );
}
