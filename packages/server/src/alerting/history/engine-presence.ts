/** Presence of a value over time, asked of the query engine in the background. */
import type { QueryEngine } from '../../query/engine.ts';
import type { PresenceQuery } from './pending-spans.ts';

const CLIENT = { address: '', userAgent: 'sightline alert history' };

/** @param signal ends what runs: the server stops */
export function createPresenceQuery(engine: Pick<QueryEngine, 'range'>, signal: AbortSignal): PresenceQuery {
  return async (text, range) => {
    const answer = await engine.range({ text, range, workClass: 'background', client: CLIENT, signal });
    try {
      const series = answer.value.type === 'matrix' ? answer.value.series : [];
      return series.flatMap(({ timestamps }) => [...timestamps]);
    } finally {
      answer.close();
    }
  };
}
