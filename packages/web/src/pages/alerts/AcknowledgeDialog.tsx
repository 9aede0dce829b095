/** Says that somebody looks after alerts: who, and a note for the others. Also the way to write a note alone. */
import type { AlertInstance } from '@sightline/api-types';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { acknowledge, addNote } from '../../api/alerts.ts';
import { asApiError } from '../../components/QueryGate.tsx';
import { StateStrip } from '../../components/State.tsx';
import { readStored, writeStored } from '../../lib/stored.ts';

/** Where the browser keeps the person's name. */
export const AUTHOR = 'author';
/** Requests at a time: hundreds of selected alerts must not be hundreds of connections. */
const AT_ONCE = 6;

interface AcknowledgeDialogProps {
  readonly kind: 'acknowledge' | 'note';
  readonly alerts: readonly AlertInstance[];
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function AcknowledgeDialog({ kind, alerts, onClose, onDone }: AcknowledgeDialogProps): ReactNode {
  const client = useQueryClient();
  const [by, setBy] = useState(() => readStored(AUTHOR) ?? '');
  const [note, setNote] = useState('');
  const ids = { by: useId(), note: useId() };
  const isNote = kind === 'note';
  const send = useMutation({
    mutationFn: async () => {
      const body = { by: by.trim(), note: note.trim() };
      const waiting = [...alerts];
      const worker = async (): Promise<void> => {
        for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
          await (isNote ? addNote : acknowledge)(next.fingerprint, body);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
    },
    onSettled: () => Promise.all(['alerts', 'alert'].map((key) => client.invalidateQueries({ queryKey: [key] }))),
    onSuccess: () => {
      writeStored(AUTHOR, by.trim());
      onDone();
    },
  });
  const error = asApiError(send.error);
  const canSend = by.trim() !== '' && (!isNote || note.trim() !== '') && !send.isPending;
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (canSend) send.mutate();
  };
  const [first] = alerts;
  const what = alerts.length === 1 ? (first?.name ?? '') : `${alerts.length} alerts`;
  return (
    <Dialog.Root open onOpenChange={(isOpen) => isOpen || onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content className="dialog narrow" data-testid="acknowledge">
          <div className="dialog-head">
            <Dialog.Title>{isNote ? `Note on ${what}` : `Acknowledge ${what}`}</Dialog.Title>
            <Dialog.Close className="icon-button" aria-label="Close">
              <X size={16} aria-hidden="true" />
            </Dialog.Close>
          </div>
          <Dialog.Description className="hint">
            {isNote
              ? 'Everybody who looks at the alert reads it.'
              : 'Escalation to the next people stops. The alert goes on until its cause is gone.'}
          </Dialog.Description>
          <form className="form" onSubmit={onSubmit}>
            <label htmlFor={ids.note}>{isNote ? 'Note' : 'Note (what you are doing)'}</label>
            <textarea
              id={ids.note}
              className="field area"
              rows={3}
              maxLength={2_000}
              value={note}
              onChange={(event) => setNote(event.target.value)}
            />
            <label htmlFor={ids.by}>Your name</label>
            <input
              id={ids.by}
              className="field"
              autoComplete="name"
              maxLength={200}
              value={by}
              onChange={(event) => setBy(event.target.value)}
            />
            {error !== null && (
              <StateStrip state="error">
                {error.message} {error.hint}
              </StateStrip>
            )}
            <div className="form-end">
              <Dialog.Close className="button">Cancel</Dialog.Close>
              <button type="submit" className="button primary" disabled={!canSend}>
                {isNote ? 'Add the note' : 'Acknowledge'}
              </button>
            </div>
          </form>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
