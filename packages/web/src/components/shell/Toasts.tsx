/** Short messages, bottom left. Errors stay until dismissed. */
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useShell } from '../../state/shell.ts';

export function Toasts(): ReactNode {
  const toasts = useShell((state) => state.toasts);
  const dismiss = useShell((state) => state.dismiss);
  return (
    <section className="toasts" aria-live="polite" aria-label="Messages">
      {toasts.map(({ id, text, isError, action }) => (
        <div key={id} className="toast" data-error={isError}>
          <span>{text}</span>
          {action !== null && (
            <button
              type="button"
              className="button"
              onClick={() => {
                dismiss(id);
                action.run();
              }}
            >
              {action.label}
            </button>
          )}
          <button type="button" className="icon-button" aria-label="Dismiss" onClick={() => dismiss(id)}>
            <X size={14} aria-hidden="true" />
          </button>
        </div>
      ))}
    </section>
  );
}
