/** Nothing asked yet: queries built from the metrics that are really there. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { metadata, metricNames } from '../../api/prometheus.ts';
import { QueryGate } from '../../components/QueryGate.tsx';
import { StateView } from '../../components/State.tsx';
import { exampleQueries } from '../../lib/example-queries.ts';
import { useGoTo } from '../../state/url.ts';

export function StartHere({ onPick }: { onPick: (expr: string) => void }): ReactNode {
  const goTo = useGoTo();
  const query = useQuery({
    queryKey: ['start-here'],
    queryFn: async ({ signal }) => {
      const [names, types] = await Promise.all([metricNames(signal), metadata(signal)]);
      return { names, types };
    },
    staleTime: 60_000,
  });
  return (
    <section className="panel start" aria-label="Where to start">
      <QueryGate query={query} height={220}>
        {({ names, types }) => {
          if (names.length === 0) {
            return (
              <StateView
                state="empty-never"
                title="No metrics have ever arrived."
                detail="The overview shows how to send some."
              >
                <button type="button" className="button primary" onClick={() => goTo('/')}>
                  Send data
                </button>
              </StateView>
            );
          }
          return (
            <>
              <h2>Start with one of these</h2>
              <ul className="examples">
                {exampleQueries(names, types).map(({ title, expr }) => (
                  <li key={expr}>
                    <button type="button" onClick={() => onPick(expr)}>
                      <b>{title}</b>
                      <code>{expr}</code>
                    </button>
                  </li>
                ))}
              </ul>
              <p className="note">
                {names.length.toLocaleString('en')} metrics are here.{' '}
                <button type="button" className="link" onClick={() => goTo('/metrics/catalog')}>
                  Look through the catalog
                </button>
              </p>
            </>
          );
        }}
      </QueryGate>
    </section>
  );
}
