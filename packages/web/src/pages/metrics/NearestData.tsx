/** No series in the range: says whether the metric ever had data and leads to the newest of it. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { queryInstant } from '../../api/prometheus.ts';
import { StateView } from '../../components/State.tsx';
import { firstValue, allValues } from '../../lib/search-params.ts';
import { formatAge, formatDateTime } from '../../lib/time-format.ts';
import { metricNames } from '../../lib/unit-guess.ts';
import { type RangeState, useGoTo, useSetRange, useUrlSearch } from '../../state/url.ts';
import type { RowAnswer } from '../../components/query/use-range-queries.ts';

const LOOK_BACK = '30d';

export function NearestData({ range, rows }: { range: RangeState; rows: readonly RowAnswer[] }): ReactNode {
  const setRange = useSetRange();
  const goTo = useGoTo();
  const search = useUrlSearch();
  const exprs = allValues(search['q']);
  const [name] = metricNames(exprs[(rows[0]?.ref.charCodeAt(0) ?? 65) - 65] ?? firstValue(search['q']) ?? '');
  const newest = useQuery({
    queryKey: ['newest', name, Math.floor(Date.now() / 60_000)],
    queryFn: async ({ signal }) => {
      const { rows: found } = await queryInstant(
        `max(max_over_time(timestamp(${name})[${LOOK_BACK}:5m]))`,
        Date.now(),
        signal,
      );
      const seconds = Number(found[0]?.value[1]);
      return Number.isFinite(seconds) ? seconds * 1000 : null;
    },
    enabled: name !== undefined,
    retry: false,
  });
  const at = newest.data;
  if (newest.isLoading)
    return <StateView state="loading" title="No series in this range. Looking for the nearest data…" />;
  if (at === null || at === undefined) {
    return (
      <StateView
        state={name === undefined ? 'empty-range' : 'empty-never'}
        title={
          name === undefined ? 'The query gives no series in this range.' : `No samples of ${name} in the last 30 days.`
        }
        detail="Check the name and the label filters; the catalog lists every metric that has arrived."
      >
        <button
          type="button"
          className="button"
          onClick={() => goTo('/metrics/catalog', name === undefined ? {} : { search: name.split('_')[0] ?? '' })}
        >
          Open the catalog
        </button>
      </StateView>
    );
  }
  if (at >= range.fromMs && at <= range.toMs) {
    return (
      <StateView
        state="empty-filter"
        title={`${name} has data in this range, but none of it matches the query.`}
        detail="Loosen a label filter, or check the function: rate() needs at least two samples in its window."
      />
    );
  }
  const half = (range.toMs - range.fromMs) / 2;
  return (
    <StateView
      state="empty-range"
      title={`None in this range. Last one: ${formatDateTime(at, range.zone, range.nowMs)} (${formatAge(Date.now() - at)} ago)`}
    >
      <button
        type="button"
        className="button primary"
        onClick={() => setRange(String(Math.round(at - half)), String(Math.round(at + half)))}
      >
        Jump there
      </button>
    </StateView>
  );
}
