/** A query's text as a link that runs it again over the same time. */
import type { QueryIdentity } from '@sightline/api-types';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { metricsPatch } from '../../../lib/query-log.ts';
import { patchSearch, pickGlobals, type SearchParams } from '../../../lib/search-params.ts';

export function QueryText({ query }: { query: QueryIdentity }): ReactNode {
  const patch = metricsPatch(query);
  if (patch === null) {
    return (
      <span className="mono clip-text" title={query.text}>
        {query.text}…
      </span>
    );
  }
  return (
    <Link
      to="/metrics"
      search={((old: SearchParams) => patchSearch(pickGlobals(old), patch)) as never}
      className="mono clip-text"
      title={`${query.text}\nOpen in Metrics over the same time`}
    >
      {query.text}
    </Link>
  );
}
