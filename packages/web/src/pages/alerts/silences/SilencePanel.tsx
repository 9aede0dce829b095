/** Makes or changes a silence: matchers, how long, why and who, with what it would keep quiet beside it. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { type KeyboardEvent, type ReactNode, useId, useMemo, useRef, useState } from 'react';
import { allAlerts, saveSilence, type Silence } from '../../../api/silences.ts';
import { asApiError } from '../../../components/QueryGate.tsx';
import { StateStrip } from '../../../components/State.tsx';
import { Keys } from '../../../components/Keys.tsx';
import type { Matcher } from '../../../lib/matchers.ts';
import { endOf, momentText } from '../../../lib/silence-time.ts';
import { readStored, writeStored } from '../../../lib/stored.ts';
import { useRange } from '../../../state/url.ts';
import { chipsOf, MatcherChips } from './MatcherChips.tsx';
import { SilencePreview } from './SilencePreview.tsx';
import { SilenceTimes, startOf, type TimesDraft } from './SilenceTimes.tsx';

export interface SilenceDrawerProps {
  /** What it begins with; see `matchersOf` for those of an alert. */
  readonly matchers: readonly Matcher[];
  readonly onClose: () => void;
  readonly onCreated: (id: string) => void;
  /** The one that is changed. */
  readonly silence?: Silence;
}

const AUTHOR = 'author';
/** Alerts that the suggestions are taken from. */
const MOST_ALERTS = 2_000;

export function SilencePanel({ matchers, onClose, onCreated, silence }: SilenceDrawerProps): ReactNode {
  const before = useRef<Element | null>(null);
  const host = useRef<HTMLDivElement>(null);
  return (
    <Dialog.Root open onOpenChange={(isOpen) => isOpen || onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content
          ref={host}
          className="drawer"
          aria-describedby={undefined}
          data-testid="silence-drawer"
          onOpenAutoFocus={(event) => {
            before.current = document.activeElement;
            event.preventDefault();
            const first = matchers.length === 0 ? '[data-testid="add-matcher"]' : '[data-testid="silence-comment"]';
            host.current?.querySelector<HTMLElement>(first)?.focus();
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (before.current instanceof HTMLElement) before.current.focus();
          }}
        >
          <div className="dialog-head">
            <Dialog.Title>
              {silence === undefined || silence.status.state === 'expired' ? 'New silence' : 'Change the silence'}
            </Dialog.Title>
            <Dialog.Close className="icon-button" aria-label="Close">
              <X size={16} aria-hidden="true" />
            </Dialog.Close>
          </div>
          <SilenceForm matchers={matchers} silence={silence} onClose={onClose} onCreated={onCreated} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function useSuggestions(): { names: readonly string[]; valuesOf: (name: string) => readonly string[] } {
  const { data } = useQuery({
    queryKey: ['alerts-v2'],
    queryFn: ({ signal }) => allAlerts(signal),
    staleTime: 30_000,
    retry: false,
  });
  return useMemo(() => {
    const values = new Map<string, Set<string>>();
    for (const { labels } of (data ?? []).slice(0, MOST_ALERTS)) {
      for (const [name, value] of Object.entries(labels)) {
        const known = values.get(name) ?? new Set();
        values.set(name, known.add(value));
      }
    }
    const valuesOf = (name: string): string[] => [...(values.get(name) ?? [])].sort().slice(0, 100);
    return { names: [...values.keys()].sort(), valuesOf };
  }, [data]);
}

type FormProps = Omit<SilenceDrawerProps, 'silence'> & { readonly silence: Silence | undefined };

function SilenceForm({ matchers, silence, onClose, onCreated }: FormProps): ReactNode {
  const { zone } = useRange();
  const client = useQueryClient();
  const { names, valuesOf } = useSuggestions();
  const [chips, setChips] = useState(() => chipsOf(matchers));
  const isNew = silence === undefined || silence.status.state === 'expired';
  const [times, setTimes] = useState<TimesDraft>(() => ({
    choice: isNew ? '2h' : 'custom',
    typed: isNew ? '4h' : momentText(Date.parse(silence.endsAt), zone),
    starts: silence?.status.state === 'pending' ? momentText(Date.parse(silence.startsAt), zone) : '',
  }));
  const [comment, setComment] = useState(silence?.comment ?? '');
  const [author, setAuthor] = useState(silence?.createdBy ?? readStored(AUTHOR) ?? '');
  const [isTried, setIsTried] = useState(false);
  const ids = { comment: useId(), author: useId(), commentHint: useId(), authorHint: useId() };
  const wanted = chips.filter(({ name }) => name !== '');
  const save = useMutation({
    mutationFn: saveSilence,
    onSuccess: (id) => {
      writeStored(AUTHOR, author.trim());
      void client.invalidateQueries({ queryKey: ['silences'] });
      void client.invalidateQueries({ queryKey: ['alerts'] });
      onCreated(id);
    },
  });
  const submit = (): void => {
    setIsTried(true);
    const nowMs = Date.now();
    const startsAtMs = startOf(times, nowMs, zone);
    const endsAtMs = startsAtMs === null ? null : endOf(times.choice, times.typed, startsAtMs, nowMs, zone);
    const isComplete = comment.trim() !== '' && author.trim() !== '' && wanted.length > 0;
    if (!isComplete || startsAtMs === null || endsAtMs === null || endsAtMs <= startsAtMs) return;
    // One that is active keeps its start, or the server would end it and make another.
    const keepsStart = silence?.status.state === 'active';
    save.mutate({
      ...(isNew ? {} : { id: silence.id }),
      matchers: wanted,
      startsAtMs: keepsStart ? Date.parse(silence.startsAt) : startsAtMs,
      endsAtMs,
      createdBy: author.trim(),
      comment: comment.trim(),
      ...(silence?.annotations === undefined ? {} : { annotations: silence.annotations }),
    });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    submit();
  };
  const failure = asApiError(save.error);
  const lacksComment = isTried && comment.trim() === '';
  const lacksAuthor = isTried && author.trim() === '';
  return (
    <form
      className="drawer-form"
      noValidate
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="drawer-body">
        <section className="drawer-part">
          <h3>Alerts with all of</h3>
          <MatcherChips chips={chips} names={names} valuesOf={valuesOf} onChange={setChips} />
          {isTried && wanted.length === 0 && <p className="is-wrong note">Add at least one matcher.</p>}
          <SilencePreview matchers={wanted} />
        </section>
        <SilenceTimes
          times={times}
          zone={zone}
          isActive={silence?.status.state === 'active'}
          isTried={isTried}
          onChange={setTimes}
        />
        <div className="drawer-part">
          <label className="drawer-label" htmlFor={ids.comment}>
            Why
          </label>
          <textarea
            id={ids.comment}
            className="field drawer-comment"
            rows={2}
            required
            aria-invalid={lacksComment}
            aria-describedby={ids.commentHint}
            placeholder="What is being done about it, or a link to the ticket"
            value={comment}
            data-testid="silence-comment"
            onChange={(event) => setComment(event.target.value)}
          />
          <p id={ids.commentHint} className={lacksComment ? 'is-wrong note' : 'visually-hidden'}>
            Say why: whoever wonders at night reads this.
          </p>
        </div>
        <div className="drawer-part">
          <label className="drawer-label" htmlFor={ids.author}>
            Who
          </label>
          <input
            id={ids.author}
            className="field"
            required
            aria-invalid={lacksAuthor}
            aria-describedby={ids.authorHint}
            autoComplete="name"
            placeholder="Your name"
            value={author}
            onChange={(event) => setAuthor(event.target.value)}
          />
          <p id={ids.authorHint} className={lacksAuthor ? 'is-wrong note' : 'visually-hidden'}>
            Say who silences.
          </p>
        </div>
        {failure !== null && (
          <StateStrip state="error">
            {failure.message} {failure.kind === 'query' ? '' : failure.hint}
          </StateStrip>
        )}
      </div>
      <div className="drawer-foot">
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
        <button type="submit" className="button primary" disabled={save.isPending}>
          {isNew ? 'Silence' : 'Save'}
          <Keys keys="mod+Enter" />
        </button>
      </div>
    </form>
  );
}
