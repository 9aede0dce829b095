/** What rules give, into the metric store: one write for each evaluation of a rule. */
import type { Labels } from '@sightline/model';
import type { MetricWriter, RejectReason, SeriesHandle } from '../../storage/metric-store.ts';
import type { RuleWriter } from '../evaluate/ports.ts';

/** Resolves when the samples are stored, so that the next rule sees them. */
export function createStoreWriter(writer: MetricWriter): RuleWriter {
  const handles = new WeakMap<Labels, SeriesHandle>();
  const handleOf = (labels: Labels): SeriesHandle | RejectReason => {
    const known = handles.get(labels);
    if (known !== undefined) return known;
    const handle = writer.series(labels);
    if (typeof handle !== 'string') handles.set(labels, handle);
    return handle;
  };
  return {
    async write({ timeMs, series, values, vanished }) {
      const batch = writer.createBatch();
      const refused: number[] = [];
      let reason = '';
      for (const [index, labels] of series.entries()) {
        const handle = handleOf(labels);
        if (typeof handle === 'string') {
          refused.push(index);
          reason = `${labels} was refused: ${handle.replaceAll('_', ' ')}`;
        } else batch.add(handle, timeMs, values[index] as number);
      }
      for (const labels of vanished) {
        const handle = handleOf(labels);
        if (typeof handle !== 'string') batch.addStale(handle, timeMs);
      }
      if (batch.size > 0) {
        const result = await writer.write(batch, { urgent: true });
        const lost = Object.values(result.rejected).reduce((sum, count) => sum + count, 0);
        // The store does not say which were refused. A marker may be: another rule writes that series.
        if (lost > vanished.length) reason = result.firstRejection ?? `${lost} samples were refused`;
      }
      return reason === '' ? undefined : { refused, reason };
    },
  };
}
