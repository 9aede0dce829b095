/** What happened: states, notifications, people. Oldest first, as a story. */
import type { AlertEventEntry, AlertEventKind, AlertInstance } from '@sightline/api-types';
import {
  ArrowUpRight,
  Check,
  CircleCheck,
  CopyCheck,
  Flame,
  Gauge,
  Layers,
  type LucideIcon,
  MailCheck,
  MailX,
  RotateCw,
  ShieldBan,
  StickyNote,
  Undo2,
  VolumeX,
  BellOff,
} from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import { timelineEntries, type TimelineEntry } from '../../../lib/alert-timeline.ts';
import { formatClock, formatDateTime, localTimes } from '../../../lib/time-format.ts';
import { usePatchUrl, useRange } from '../../../state/url.ts';
import { AcknowledgeDialog } from '../AcknowledgeDialog.tsx';

const GLYPHS: Readonly<Record<AlertEventKind, LucideIcon>> = {
  firing: Flame,
  resolved: CircleCheck,
  grouped: Layers,
  inhibited: ShieldBan,
  silenced: BellOff,
  muted: VolumeX,
  inactive: VolumeX,
  deduplicated: CopyCheck,
  retried: RotateCw,
  failed: MailX,
  sent: MailCheck,
  limited: Gauge,
  acknowledged: Check,
  unacknowledged: Undo2,
  escalated: ArrowUpRight,
  noted: StickyNote,
};

const SHOWN = 30;

export function TimelinePanel({
  alert,
  events,
}: {
  alert: AlertInstance;
  events: readonly AlertEventEntry[];
}): ReactNode {
  const [isAll, setIsAll] = useState(false);
  const [isNoting, setIsNoting] = useState(false);
  const entries = useMemo(() => timelineEntries(events), [events]);
  const shown = isAll ? entries : entries.slice(-SHOWN);
  const close = (): void => setIsNoting(false);
  return (
    <section className="panel" aria-label="Timeline" data-testid="timeline">
      <div className="panel-head">
        <h3>Timeline</h3>
        <span className="panel-end">
          <button type="button" className="button" onClick={() => setIsNoting(true)}>
            Add a note
          </button>
        </span>
      </div>
      <div className="panel-body">
        {shown.length < entries.length && (
          <button type="button" className="link" onClick={() => setIsAll(true)}>
            {entries.length - shown.length} earlier
          </button>
        )}
        {entries.length === 0 ? (
          <p className="hint">Nothing was decided about this alert yet.</p>
        ) : (
          <ol className="timeline">
            {shown.map((entry) => (
              <Entry key={entry.key} entry={entry} />
            ))}
          </ol>
        )}
      </div>
      {isNoting && <AcknowledgeDialog kind="note" alerts={[alert]} onClose={close} onDone={close} />}
    </section>
  );
}

function Entry({ entry }: { entry: TimelineEntry }): ReactNode {
  const { firstMs, lastMs, count, kind, tone, title, detail } = entry;
  const { zone, nowMs } = useRange();
  const patch = usePatchUrl();
  const Glyph = GLYPHS[kind];
  return (
    <li className="timeline-entry" data-tone={tone}>
      <button
        type="button"
        className="link num"
        title={`${formatDateTime(firstMs, zone, nowMs)}: why, at that time`}
        onClick={() => patch({ why: String(lastMs) })}
      >
        {formatClock(firstMs, zone)}
      </button>
      <Glyph size={14} aria-hidden="true" />
      <span className="timeline-text">
        <b>{title}</b>
        {count > 1 && (
          <span className="note num">
            {' '}
            × {count}, last {formatClock(lastMs, zone)}
          </span>
        )}
        {detail !== '' && <span className="timeline-detail">{localTimes(detail, zone, nowMs)}</span>}
      </span>
    </li>
  );
}
