/** How to send data of one's own, with the real address in every snippet, and what to look at when nothing comes. */
import type { IngestStatus } from '@sightline/api-types';
import { CircleCheck, CircleDashed, CircleHelp } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { Snippet } from '../../components/CopyButton.tsx';
import { SOURCE_NAMES, likelyCauses, sourceState } from '../../lib/sources.ts';
import { snippets } from '../../lib/snippets.ts';
import { formatAge } from '../../lib/time-format.ts';

const ASK_AFTER_MS = 60_000;
const EXTERNAL = ['scrape', 'remote_write', 'import'] as const;

export function SendData({ status }: { status: IngestStatus | null }): ReactNode {
  const [tab, setTab] = useState('scrape');
  const [isLate, setIsLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsLate(true), ASK_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  const all = snippets(new URL('.', document.baseURI).href.replace(/\/$/, ''));
  const shown = all.find(({ id }) => id === tab) ?? all[0];
  const external = (status?.sources ?? []).filter(({ kind }) => (EXTERNAL as readonly string[]).includes(kind));
  const hasExternal = external.some((source) => source.lastSeenMs !== null);
  const failing = external.find((source) => status !== null && sourceState(source, status.nowMs) === 'failing');
  const causes = likelyCauses(status?.rejected ?? [], failing);
  const isAsking =
    status !== null &&
    (failing !== undefined || (isLate && !hasExternal) || status.rejected.some(({ count }) => count > 0));
  return (
    <section className="panel send" aria-labelledby="send-heading">
      <div className="send-main">
        <h2 id="send-heading">Send your own data</h2>
        <div className="segmented" role="tablist" aria-label="Ways to send data">
          {all.map((one) => (
            <button
              key={one.id}
              type="button"
              role="tab"
              id={`tab-${one.id}`}
              aria-selected={one.id === tab}
              aria-controls="send-panel"
              onClick={() => setTab(one.id)}
            >
              {one.tab}
            </button>
          ))}
        </div>
        {shown !== undefined && (
          <div id="send-panel" role="tabpanel" aria-labelledby={`tab-${shown.id}`}>
            <p className="send-intro">{shown.intro}</p>
            <Snippet text={shown.text} label={shown.label} />
          </div>
        )}
      </div>
      <div className="send-side">
        <h3>Seen so far</h3>
        <ul className="ticks">
          {external.map((source) => {
            const isSeen = source.lastSeenMs !== null;
            const isLive = status !== null && ['live', 'partly'].includes(sourceState(source, status.nowMs));
            const Icon = isSeen ? CircleCheck : CircleDashed;
            return (
              <li key={source.kind}>
                <span className="health" data-health={isSeen ? 'ok' : 'unknown'}>
                  <Icon size={16} aria-hidden="true" />
                </span>
                {SOURCE_NAMES[source.kind].name}
                <span className="note num">
                  {isSeen && status !== null
                    ? isLive
                      ? 'arriving'
                      : `last ${formatAge(status.nowMs - (source.lastSeenMs ?? 0))} ago`
                    : 'waiting…'}
                </span>
              </li>
            );
          })}
        </ul>
        {isAsking && (
          <details className="why" open={failing !== undefined}>
            <summary>
              <CircleHelp size={14} aria-hidden="true" />{' '}
              {hasExternal ? 'Why does not everything arrive?' : 'Why is nothing arriving?'}
            </summary>
            <ol>
              {causes.map(({ title, fix }) => (
                <li key={title}>
                  <b>{title}</b>
                  <span>{fix}</span>
                </li>
              ))}
            </ol>
          </details>
        )}
      </div>
    </section>
  );
}
