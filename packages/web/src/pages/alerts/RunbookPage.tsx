/** A runbook that comes with Sightline: where the link in a notification leads. */
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { runbook } from '../../api/alerts.ts';
import { Markdown } from '../../components/Markdown.tsx';
import { QueryGate } from '../../components/QueryGate.tsx';
import { parseMarkdown } from '../../lib/markdown.ts';
import { AlertsTabs } from './AlertsTabs.tsx';

export function RunbookPage(): ReactNode {
  const { name = '' } = useParams({ strict: false }) as { name?: string };
  const query = useQuery({
    queryKey: ['runbook', name],
    queryFn: ({ signal }) => runbook(name, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  useEffect(() => {
    document.title = `${name} · Runbook · Sightline`;
  }, [name]);
  return (
    <div className="page">
      <AlertsTabs />
      <QueryGate query={query} height={300}>
        {({ markdown }) => (
          <section className="panel runbook-page" aria-label={`Runbook of ${name}`}>
            <Markdown blocks={parseMarkdown(markdown)} topLevel={3} />
          </section>
        )}
      </QueryGate>
    </div>
  );
}
