/** What to do: the steps of a built-in runbook, or the way to the team's own. Steps are ticked off in this browser. */
import type { AlertInstance } from '@sightline/api-types';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import { runbook as askRunbook } from '../../../api/alerts.ts';
import { Markdown } from '../../../components/Markdown.tsx';
import { asApiError } from '../../../components/QueryGate.tsx';
import { Skeleton, StateStrip } from '../../../components/State.tsx';
import { parseMarkdown } from '../../../lib/markdown.ts';
import { readStoredList, rememberStored, writeStored } from '../../../lib/stored.ts';
import { webUrl } from '../../../lib/web-url.ts';

const BUILT_IN = /\/runbooks\/([A-Za-z0-9_]{1,200})\/?$/;
const MAX_TICKS = 500;
const TICKS = 'runbook-ticks';

export function RunbookPanel({ alert }: { alert: AlertInstance }): ReactNode {
  const name = BUILT_IN.exec(alert.runbookUrl.replace(/[?#].*$/, ''))?.[1] ?? null;
  const url = webUrl(alert.runbookUrl);
  const { data, error } = useQuery({
    queryKey: ['runbook', name],
    queryFn: ({ signal }) => askRunbook(name ?? '', signal),
    enabled: name !== null,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const isOwn = name === null || asApiError(error)?.status === 404;
  return (
    <section className="panel" aria-label="Runbook" data-testid="runbook">
      <div className="panel-head">
        <h3>Runbook</h3>
        {url !== null && (
          <span className="panel-end">
            <a href={url} target="_blank" rel="noreferrer">
              Open
            </a>
          </span>
        )}
      </div>
      <div className="panel-body">
        {data !== undefined ? (
          <Steps markdown={data.markdown} alert={alert} />
        ) : isOwn ? (
          <OwnRunbook url={url} description={alert.annotations['description'] ?? ''} />
        ) : error !== null ? (
          <StateStrip state="partial">The runbook could not be read: {error.message}</StateStrip>
        ) : (
          <Skeleton height={120} />
        )}
      </div>
    </section>
  );
}

function OwnRunbook({ url, description }: { url: string | null; description: string }): ReactNode {
  return (
    <>
      {description !== '' && <p>{description}</p>}
      {url === null ? (
        <p className="hint">
          This rule has none. The annotation <code>runbook_url</code> of the rule leads people to it.
        </p>
      ) : (
        <p className="wrap">
          <a href={url} target="_blank" rel="noreferrer">
            {url}
          </a>
        </p>
      )}
    </>
  );
}

function Steps({ markdown, alert }: { markdown: string; alert: AlertInstance }): ReactNode {
  const prefix = `${alert.fingerprint} ${alert.startsAtMs} `;
  const [stored, setStored] = useState(() => readStoredList(TICKS));
  // The title says again what the page says.
  const blocks = useMemo(
    () => parseMarkdown(markdown).filter((block) => block.kind !== 'heading' || block.level > 1),
    [markdown],
  );
  const done = useMemo(
    () => new Set(stored.flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []))),
    [stored, prefix],
  );
  const toggle = (step: string): void => {
    const key = prefix + step;
    if (!stored.includes(key)) {
      setStored(rememberStored(TICKS, key, MAX_TICKS));
      return;
    }
    const next = stored.filter((one) => one !== key);
    writeStored(TICKS, JSON.stringify(next));
    setStored(next);
  };
  return <Markdown blocks={blocks} topLevel={4} ticks={{ done, toggle }} />;
}
