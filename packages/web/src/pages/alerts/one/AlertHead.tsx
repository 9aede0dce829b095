/** What it is, how it stands, and what a person can do about it. */
import type { AlertInstance } from '@sightline/api-types';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { BellOff, BookOpen, Check, FileText, StickyNote, Undo2 } from 'lucide-react';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { takeBackAcknowledgement } from '../../../api/alerts.ts';
import { asApiError } from '../../../components/QueryGate.tsx';
import { keepScope } from '../../../components/shell/Rail.tsx';
import { useNow } from '../../../components/use-now.ts';
import { heldWords, keyLabels, sentenceOf } from '../../../lib/alert-model.ts';
import type { Shortcut } from '../../../lib/keymap.ts';
import { matchersOf } from '../../../lib/matchers.ts';
import { formatAge, formatDateTime } from '../../../lib/time-format.ts';
import { readStored } from '../../../lib/stored.ts';
import { webUrl } from '../../../lib/web-url.ts';
import { useShell } from '../../../state/shell.ts';
import { useShortcuts } from '../../../state/shortcuts.ts';
import { useGoTo, useRange } from '../../../state/url.ts';
import { AcknowledgeDialog, AUTHOR } from '../AcknowledgeDialog.tsx';
import { AlertStateWord, Severity } from '../Severity.tsx';
import { SilenceDrawer } from '../silences/SilenceDrawer.tsx';

const AGE_MS = 5_000;
const HEAD_LABELS = 4;

type OpenPart = 'acknowledge' | 'note' | 'silence';

export function AlertHead({ alert }: { alert: AlertInstance }): ReactNode {
  const [part, setPart] = useState<OpenPart | null>(null);
  const nowMs = useNow(AGE_MS);
  const { zone } = useRange();
  useHeadKeys(alert, setPart);
  useEffect(() => {
    document.title = `${alert.name} · Alerts · Sightline`;
  }, [alert.name]);
  const close = (): void => setPart(null);
  const held = heldWords(alert);
  const sentence = sentenceOf(alert);
  const endMs = alert.endsAtMs ?? nowMs;
  const words = alert.state === 'resolved' ? 'fired for' : 'for';
  return (
    <section className="panel alert-head" data-severity={alert.labels['severity']} aria-label="Alert">
      <div className="alert-head-main">
        <div className="alert-head-line">
          <Severity labels={alert.labels} />
          <h2>{alert.name}</h2>
          <span className="label-list">
            {keyLabels(alert.labels)
              .slice(0, HEAD_LABELS)
              .map(([name, value]) => (
                <code key={name} title={`${name}="${value}"`}>
                  {value}
                </code>
              ))}
          </span>
          <AlertStateWord state={alert.state} />
          <span className="num" title={`since ${formatDateTime(alert.startsAtMs, zone, nowMs)}`}>
            {words} {formatAge(endMs - alert.startsAtMs)}
          </span>
          {held !== '' && held !== alert.state && <span className="note">{held}</span>}
        </div>
        {sentence !== '' && <p className="alert-head-sentence">{sentence}</p>}
        <Acknowledged alert={alert} />
      </div>
      <HeadActions alert={alert} onOpen={setPart} />
      {(part === 'acknowledge' || part === 'note') && (
        <AcknowledgeDialog kind={part} alerts={[alert]} onClose={close} onDone={close} />
      )}
      {part === 'silence' && <SilenceDrawer matchers={matchersOf(alert.labels)} onClose={close} onCreated={close} />}
    </section>
  );
}

function HeadActions({ alert, onOpen }: { alert: AlertInstance; onOpen: (part: OpenPart) => void }): ReactNode {
  const runbook = webUrl(alert.runbookUrl);
  return (
    <div className="alert-head-actions">
      <button type="button" className="button primary" onClick={() => onOpen('acknowledge')} title="a">
        <Check size={14} aria-hidden="true" />
        Acknowledge
      </button>
      <button type="button" className="button" onClick={() => onOpen('silence')} title="m">
        <BellOff size={14} aria-hidden="true" />
        Silence
      </button>
      <button type="button" className="button" onClick={() => onOpen('note')} title="n">
        <StickyNote size={14} aria-hidden="true" />
        Note
      </button>
      {alert.rule !== null && (
        <Link to="/alerts/rules" search={ruleSearch(alert.name)} className="button" title="e">
          <FileText size={14} aria-hidden="true" />
          Rule
        </Link>
      )}
      {runbook !== null && (
        <a className="button" href={runbook} target="_blank" rel="noreferrer" title="r">
          <BookOpen size={14} aria-hidden="true" />
          Runbook
        </a>
      )}
    </div>
  );
}

const ruleSearch = (name: string) =>
  ((old: never) => ({ ...(keepScope as (from: never) => object)(old), search: name })) as never;

function Acknowledged({ alert }: { alert: AlertInstance }): ReactNode {
  const client = useQueryClient();
  const toast = useShell((state) => state.toast);
  const { zone, nowMs } = useRange();
  const takeBack = useMutation({
    mutationFn: () => takeBackAcknowledgement(alert.fingerprint, readStored(AUTHOR) ?? alert.acknowledgement?.by ?? ''),
    onSettled: () => client.invalidateQueries({ queryKey: ['alert'] }),
    onError: (error) => toast(asApiError(error)?.message ?? '', true),
  });
  const { acknowledgement } = alert;
  if (acknowledgement === null) return null;
  const { by, note, timeMs } = acknowledgement;
  return (
    <p className="alert-acked">
      <Check size={14} aria-hidden="true" />
      <span>
        <b>{by}</b> looks after it since {formatDateTime(timeMs, zone, nowMs)}
        {note !== '' && <>: “{note}”</>}
      </span>
      <button type="button" className="link" onClick={() => takeBack.mutate()} disabled={takeBack.isPending}>
        <Undo2 size={12} aria-hidden="true" /> take back
      </button>
    </p>
  );
}

function useHeadKeys(alert: AlertInstance, open: (part: OpenPart) => void): void {
  const goTo = useGoTo();
  const toast = useShell((state) => state.toast);
  const latest = useRef({ alert, open, goTo, toast });
  useEffect(() => {
    latest.current = { alert, open, goTo, toast };
  });
  const shortcuts = useMemo((): readonly Shortcut[] => {
    const at = () => latest.current;
    return [
      { keys: 'a', label: 'Acknowledge', group: 'Page', run: () => at().open('acknowledge') },
      { keys: 'm', label: 'Silence (mute)', group: 'Page', run: () => at().open('silence') },
      { keys: 'n', label: 'Add a note', group: 'Page', run: () => at().open('note') },
      {
        keys: 'e',
        label: 'Rule',
        group: 'Page',
        run: () => at().goTo('/alerts/rules', { search: at().alert.name }),
      },
      {
        keys: 'r',
        label: 'Runbook',
        group: 'Page',
        run: () => {
          const url = webUrl(at().alert.runbookUrl);
          if (url === null) at().toast('This alert has no runbook: the rule lacks the annotation runbook_url.');
          else window.open(url, '_blank', 'noreferrer');
        },
      },
    ];
  }, []);
  useShortcuts('alert', shortcuts);
}
