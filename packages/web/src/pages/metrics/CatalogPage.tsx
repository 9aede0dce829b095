/** Every metric that has arrived: name, type, unit, what it means. */
import { useQuery } from '@tanstack/react-query';
import type { MetadataData } from '@sightline/api-types';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { metadata, metricNames, searchMetricNames } from '../../api/prometheus.ts';
import { QueryGate } from '../../components/QueryGate.tsx';
import { StateView } from '../../components/State.tsx';
import { VirtualTable } from '../../components/VirtualTable.tsx';
import { catalogQuery, type CatalogEntry, catalogEntries, filterCatalog } from '../../lib/catalog.ts';
import { firstValue, patchSearch, pickGlobals, type SearchParams } from '../../lib/search-params.ts';
import { usePatchUrl, useUrlSearch } from '../../state/url.ts';
import { MetricsTabs } from './MetricsTabs.tsx';

const TYPING_PAUSE_MS = 200;
/** Above this many names the server searches, so that the page never holds them all. */
const CLIENT_LIMIT = 20_000;
const SERVER_RESULTS = 500;

interface Names {
  readonly names: readonly string[];
  readonly types: MetadataData;
  readonly isCut: boolean;
}

export function CatalogPage(): ReactNode {
  const search = useUrlSearch();
  const patch = usePatchUrl();
  const wanted = firstValue(search['search']) ?? '';
  const type = firstValue(search['type']) ?? '';
  const [text, setText] = useState(wanted);
  const [asked, setAsked] = useState(wanted);
  useEffect(() => {
    const timer = setTimeout(() => {
      setAsked(text);
      if (text !== wanted) patch({ search: text === '' ? null : text }, 'replace');
    }, TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, wanted, patch]);

  const all = useQuery({
    queryKey: ['catalog'],
    queryFn: async ({ signal }): Promise<Names> => {
      const [names, types] = await Promise.all([metricNames(signal), metadata(signal)]);
      return { names: names.slice(0, CLIENT_LIMIT), types, isCut: names.length > CLIENT_LIMIT };
    },
    staleTime: 60_000,
  });
  const isServerSearch = all.data?.isCut === true && asked.trim() !== '';
  const found = useQuery({
    queryKey: ['catalog-search', asked],
    queryFn: ({ signal }) => searchMetricNames(asked, SERVER_RESULTS, signal),
    enabled: isServerSearch,
    placeholderData: (old) => old,
  });
  return (
    <div className="page">
      <MetricsTabs />
      <section className="panel" aria-label="Catalog">
        <QueryGate query={all} height={400}>
          {(data) => (
            <CatalogTable
              data={isServerSearch ? { ...data, names: found.data ?? [] } : data}
              asked={isServerSearch ? '' : asked}
              text={text}
              type={type}
              onText={setText}
              onType={(next) => patch({ type: next === '' ? null : next })}
              search={search}
            />
          )}
        </QueryGate>
      </section>
    </div>
  );
}

interface CatalogTableProps {
  readonly data: Names;
  readonly asked: string;
  readonly text: string;
  readonly type: string;
  readonly search: SearchParams;
  readonly onText: (text: string) => void;
  readonly onType: (type: string) => void;
}

function CatalogTable({ data, asked, text, type, search, onText, onType }: CatalogTableProps): ReactNode {
  const entries = useMemo(() => catalogEntries(data.names, data.types), [data]);
  const shown = useMemo(() => filterCatalog(entries, asked, type), [entries, asked, type]);
  const types = useMemo(() => [...new Set(entries.map((entry) => entry.type))].sort(), [entries]);
  const toQuery = (entry: CatalogEntry): never =>
    patchSearch(pickGlobals(search), { q: [catalogQuery(entry)] }) as never;
  if (entries.length === 0 && text === '') {
    return (
      <StateView
        state="empty-never"
        title="No metrics have ever arrived."
        detail="The overview shows how to send some."
      />
    );
  }
  return (
    <>
      <div className="panel-head">
        <input
          className="field catalog-search"
          type="search"
          placeholder="Search names and help"
          aria-label="Search names and help"
          value={text}
          onChange={(event) => onText(event.target.value)}
        />
        <select className="field auto" aria-label="Type" value={type} onChange={(event) => onType(event.target.value)}>
          <option value="">all types</option>
          {types.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
        <span className="note num panel-end" data-testid="catalog-count">
          {shown.length.toLocaleString('en')} of {entries.length.toLocaleString('en')}
          {data.isCut && '+'} metrics
        </span>
      </div>
      {shown.length === 0 ? (
        <StateView
          state="empty-filter"
          title={`0 of ${entries.length} metrics match${text === '' ? '' : ` "${text}"`}${type === '' ? '' : ` with the type ${type}`}.`}
        >
          {type !== '' && (
            <button type="button" className="button" onClick={() => onType('')}>
              All types
            </button>
          )}
          <button type="button" className="button" onClick={() => onText('')}>
            Clear the search
          </button>
        </StateView>
      ) : (
        <div className="panel-body catalog">
          <VirtualTable
            label="Metrics"
            rows={shown}
            keyOf={(entry) => entry.name}
            columns={4}
            head={
              <tr>
                <th scope="col">name</th>
                <th scope="col">type</th>
                <th scope="col">unit</th>
                <th scope="col">help</th>
              </tr>
            }
            row={(entry) => (
              <>
                <td className="mono">
                  <Link to="/metrics" search={toQuery(entry)} title={`Graph ${catalogQuery(entry)}`}>
                    {entry.name}
                  </Link>
                </td>
                <td>{entry.type}</td>
                <td>{entry.unit === '' ? <span className="note">–</span> : entry.unit}</td>
                <td className="clip" title={entry.help}>
                  {entry.help === '' ? <span className="note">–</span> : entry.help}
                </td>
              </>
            )}
          />
        </div>
      )}
    </>
  );
}
