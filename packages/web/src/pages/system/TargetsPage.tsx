/** Scrape targets by pool: health, last error, how long ago, how many samples. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { targets } from '../../api/prometheus.ts';
import { scrapePools } from '../../api/system.ts';
import { Health } from '../../components/Health.tsx';
import { QueryGate } from '../../components/QueryGate.tsx';
import { StateView } from '../../components/State.tsx';
import { firstValue } from '../../lib/search-params.ts';
import { filterTargets, groupTargets } from '../../lib/targets-model.ts';
import { usePatchUrl, useUrlSearch } from '../../state/url.ts';
import { DroppedTargets } from './DroppedTargets.tsx';
import { SystemTabs } from './SystemTabs.tsx';
import { TargetPool } from './TargetPool.tsx';

const POLL_MS = 5_000;

export function TargetsPage(): ReactNode {
  const search = useUrlSearch();
  const patch = usePatchUrl();
  const text = firstValue(search['search']) ?? '';
  const isUnhealthyOnly = firstValue(search['unhealthy']) === '1';
  const query = useQuery({ queryKey: ['targets'], queryFn: ({ signal }) => targets(signal), refetchInterval: POLL_MS });
  // Sample counts are an addition; the page works without them.
  const details = useQuery({
    queryKey: ['scrape-pools'],
    queryFn: ({ signal }) => scrapePools(signal),
    refetchInterval: POLL_MS,
    retry: false,
  });
  return (
    <div className="page">
      <SystemTabs />
      <QueryGate query={query} height={300}>
        {(data) => {
          const shown = filterTargets(data.activeTargets, text, isUnhealthyOnly);
          const pools = groupTargets(shown, details.data ?? []);
          const down = data.activeTargets.filter(({ health }) => health === 'down').length;
          const up = data.activeTargets.filter(({ health }) => health === 'up').length;
          const unknown = data.activeTargets.length - up - down;
          if (data.activeTargets.length === 0 && data.droppedTargets.length === 0) {
            return (
              <section className="panel">
                <StateView
                  state="empty-never"
                  title="No targets are configured."
                  detail="Add scrape_configs to prometheus.yml; the overview has one to copy."
                />
              </section>
            );
          }
          return (
            <div className="stack">
              <div className="toolbar">
                <input
                  className="field toolbar-search"
                  type="search"
                  aria-label="Filter targets"
                  placeholder="Filter by address, label or error"
                  defaultValue={text}
                  onChange={(event) =>
                    patch({ search: event.target.value === '' ? null : event.target.value }, 'replace')
                  }
                />
                <label className="check">
                  <input
                    type="checkbox"
                    checked={isUnhealthyOnly}
                    onChange={(event) => patch({ unhealthy: event.target.checked ? '1' : null })}
                  />
                  only unhealthy
                </label>
                <span className="toolbar-end">
                  {down > 0 && <Health kind="crit" word={`${down} down`} />}
                  {up > 0 && <Health kind="ok" word={`${up} up`} />}
                  {unknown > 0 && <Health kind="unknown" word={`${unknown} not scraped yet`} />}
                </span>
              </div>
              {pools.length === 0 ? (
                <section className="panel">
                  <StateView
                    state="empty-filter"
                    title={`0 of ${data.activeTargets.length} targets match${isUnhealthyOnly ? ': none is unhealthy' : ` "${text}"`}.`}
                  >
                    <button type="button" className="button" onClick={() => patch({ search: null, unhealthy: null })}>
                      Clear the filter
                    </button>
                  </StateView>
                </section>
              ) : (
                pools.map((pool) => <TargetPool key={pool.name} pool={pool} />)
              )}
              <DroppedTargets targets={data.droppedTargets} counts={data.droppedTargetCounts} />
            </div>
          );
        }}
      </QueryGate>
    </div>
  );
}
