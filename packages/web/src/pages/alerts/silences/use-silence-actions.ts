/** Extending and expiring at once, each with a way back. */
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { expireSilence, saveSilence, type Silence, type SilenceDraft } from '../../../api/silences.ts';
import { fromApi } from '../../../lib/matchers.ts';
import { formatSpan } from '../../../lib/time-format.ts';
import { useShell } from '../../../state/shell.ts';

const EXTEND_MS = 2 * 3_600_000;

export interface SilenceActions {
  readonly extend: (silence: Silence) => void;
  readonly expire: (silence: Silence) => void;
}

function draftOf(silence: Silence): SilenceDraft & { readonly id: string } {
  return {
    id: silence.id,
    matchers: silence.matchers.map(fromApi),
    startsAtMs: Date.parse(silence.startsAt),
    endsAtMs: Date.parse(silence.endsAt),
    createdBy: silence.createdBy,
    comment: silence.comment,
    ...(silence.annotations === undefined ? {} : { annotations: silence.annotations }),
  };
}

export function useSilenceActions(): SilenceActions {
  const client = useQueryClient();
  const toast = useShell((state) => state.toast);
  const settle = useCallback(
    async (work: Promise<unknown>, onDone: () => void): Promise<void> => {
      try {
        await work;
        onDone();
      } catch (error) {
        toast(`Not changed: ${(error as Error).message}`, true);
      }
      await client.invalidateQueries({ queryKey: ['silences'] });
    },
    [client, toast],
  );
  return useMemo(() => {
    const extend = (silence: Silence): void => {
      const draft = draftOf(silence);
      const endsAtMs = Math.max(Date.now(), draft.endsAtMs) + EXTEND_MS;
      const undo = (): void => void settle(saveSilence(draft), () => toast('The silence ends as before.'));
      void settle(saveSilence({ ...draft, endsAtMs }), () =>
        toast(`The silence lasts ${formatSpan(EXTEND_MS)} longer.`, false, { label: 'Undo', run: undo }),
      );
    };
    const expire = (silence: Silence): void => {
      // What has ended stays ended: the way back is another silence with the same matchers and end.
      const undo = (): void => {
        const { id: _, ...draft } = draftOf(silence);
        const again = { ...draft, startsAtMs: Math.max(Date.now(), draft.startsAtMs) };
        void settle(saveSilence(again), () => toast('Silenced again.'));
      };
      void settle(expireSilence(silence.id), () =>
        toast('The silence has ended.', false, { label: 'Undo', run: undo }),
      );
    };
    return { extend, expire };
  }, [settle, toast]);
}
