/** Copies text and says so in place, without a toast. */
import { Check, Copy } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useShell } from '../state/shell.ts';

interface CopyButtonProps {
  readonly text: string;
  readonly label: string;
  readonly isBare?: boolean;
}

export function CopyButton({ text, label, isBare = false }: CopyButtonProps): ReactNode {
  const [isCopied, setIsCopied] = useState(false);
  const toast = useShell((state) => state.toast);
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = setTimeout(() => setIsCopied(false), 1_500);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setIsCopied(true),
      () => toast('The browser does not allow copying here. Select the text and copy it by hand.', true),
    );
  };
  return (
    <button type="button" className={isBare ? 'icon-button' : 'button'} onClick={copy} aria-label={label} title={label}>
      {isCopied ? <Check size={14} aria-hidden="true" /> : <Copy size={14} aria-hidden="true" />}
      {!isBare && <span>{isCopied ? 'Copied' : 'Copy'}</span>}
    </button>
  );
}

/** A block of text to paste somewhere else. */
export function Snippet({ text, label }: { text: string; label: string }): ReactNode {
  return (
    <div className="snippet">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section tabIndex={0} aria-label={label}>
        <pre>
          <code>{text}</code>
        </pre>
      </section>
      <CopyButton text={text} label={`Copy ${label}`} />
    </div>
  );
}
