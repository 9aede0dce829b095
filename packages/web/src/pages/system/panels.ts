/** The charts of the System pages. */
import { DEFAULT_SHAPE } from '../../components/chart/plot-model.ts';
import type { QueryPanelProps } from '../../components/query/QueryPanel.tsx';

const AREA = { ...DEFAULT_SHAPE, style: 'area', min: 0 } as const;
const STACK = { ...AREA, isStacked: true };
const W = '[$__rate_interval]';
const MISSING = 'Sightline does not collect its own metrics here.';

export const INGEST_PANELS: readonly QueryPanelProps[] = [
  {
    id: 'stored',
    title: 'Samples stored',
    unit: 'per-second',
    shape: AREA,
    missing: MISSING,
    queries: [{ expr: `sum(rate(sightline_storage_samples_total${W}))`, name: () => 'samples' }],
  },
  {
    id: 'rejected',
    title: 'Samples refused',
    unit: 'per-second',
    shape: STACK,
    figure: 'sum',
    missing: MISSING,
    queries: [
      {
        expr: `sum by (reason) (rate(sightline_storage_rejected_samples_total${W}))`,
        name: (labels) => (labels['reason'] ?? '').replaceAll('_', ' '),
      },
    ],
  },
  {
    id: 'queue',
    title: 'Waiting to be stored',
    unit: 'short',
    shape: AREA,
    missing: MISSING,
    queries: [{ expr: 'sum(sightline_storage_queued_samples)', name: () => 'samples' }],
  },
];
