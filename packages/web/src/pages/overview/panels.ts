/** The overview's charts: this host by node_exporter's names, Sightline by its own. */
import type { PanelQuery, QueryPanelProps } from '../../components/query/QueryPanel.tsx';
import { DEFAULT_SHAPE, type PlotShape } from '../../components/chart/plot-model.ts';
import type { Labels } from '../../lib/chart-data.ts';

const AREA: PlotShape = { ...DEFAULT_SHAPE, style: 'area', min: 0 };
const STACK: PlotShape = { ...DEFAULT_SHAPE, style: 'area', isStacked: true, min: 0 };
const W = '[$__rate_interval]';

const by =
  (label: string) =>
  (labels: Labels): string =>
    labels[label] ?? '';
const named = (name: string, expr: string): PanelQuery => ({ expr, name: () => name });

/** @param host label matchers of this host's series without braces, for example `job="node",instance="web-1"` */
export function hostPanels(host: string): QueryPanelProps[] {
  const missing = 'This host has nothing to tell about it, or its samples are outside this range.';
  const and = host === '' ? '' : `${host},`;
  const only = host === '' ? '' : `{${host}}`;
  return [
    {
      id: 'cpu',
      title: 'CPU',
      note: 'busy',
      unit: 'ratio',
      shape: STACK,
      figure: 'sum',
      missing,
      queries: [
        {
          expr: `sum by (mode) (rate(node_cpu_seconds_total{${and}mode!~"idle|steal|nice|irq"}${W})) / scalar(count(count by (cpu) (node_cpu_seconds_total${only})))`,
          name: by('mode'),
        },
      ],
    },
    {
      id: 'memory',
      title: 'Memory',
      note: 'used',
      unit: 'bytes',
      shape: STACK,
      figure: 'first',
      missing,
      queries: [
        named('used', `sum(node_memory_MemTotal_bytes${only}) - sum(node_memory_MemAvailable_bytes${only})`),
        named('cache', `sum(node_memory_MemAvailable_bytes${only}) - sum(node_memory_MemFree_bytes${only})`),
      ],
    },
    {
      id: 'network',
      title: 'Network',
      unit: 'bytes/s',
      shape: AREA,
      figure: 'sum',
      missing,
      queries: [
        named('received', `sum(rate(node_network_receive_bytes_total{${and}device!~"lo|veth.*|docker.*|br-.*"}${W}))`),
        named('sent', `sum(rate(node_network_transmit_bytes_total{${and}device!~"lo|veth.*|docker.*|br-.*"}${W}))`),
      ],
    },
    {
      id: 'disk',
      title: 'Disk I/O',
      unit: 'bytes/s',
      shape: AREA,
      figure: 'sum',
      missing,
      queries: [
        named('read', `sum(rate(node_disk_read_bytes_total${only}${W}))`),
        named('written', `sum(rate(node_disk_written_bytes_total${only}${W}))`),
      ],
    },
    {
      id: 'load',
      title: 'Load',
      note: '1 min',
      unit: 'short',
      shape: { ...DEFAULT_SHAPE, min: 0 },
      figure: 'first',
      missing,
      queries: [
        named('1 min', `max(node_load1${only})`),
        named('5 min', `max(node_load5${only})`),
        named('15 min', `max(node_load15${only})`),
      ],
    },
  ];
}

export function selfPanels(): QueryPanelProps[] {
  const missing = 'There are no such samples of Sightline in this range.';
  const job = '{job="sightline"}';
  return [
    {
      id: 'stored',
      title: 'Samples stored',
      unit: 'per-second',
      shape: AREA,
      missing,
      queries: [named('samples', `sum(rate(sightline_storage_samples_total${W}))`)],
    },
    {
      id: 'series',
      title: 'Active series',
      unit: 'short',
      shape: AREA,
      missing,
      queries: [named('series', 'sum(sightline_storage_series)')],
    },
    {
      id: 'rss',
      title: 'Memory of Sightline',
      unit: 'bytes',
      shape: AREA,
      missing,
      queries: [named('resident', `max(process_resident_memory_bytes${job})`)],
    },
    {
      id: 'self-cpu',
      title: 'CPU of Sightline',
      note: 'of one core',
      unit: 'ratio',
      shape: AREA,
      missing,
      queries: [named('cpu', `max(rate(process_cpu_seconds_total${job}${W}))`)],
    },
    {
      id: 'http',
      title: 'HTTP requests',
      unit: 'req/s',
      shape: STACK,
      figure: 'sum',
      missing: 'Nobody has asked Sightline anything in this range.',
      queries: [{ expr: `sum by (code) (rate(sightline_http_requests_total${W}))`, name: by('code') }],
    },
    {
      id: 'query-time',
      title: 'Time to answer',
      note: '95th percentile',
      unit: 'seconds',
      missing: 'No query was answered in this range.',
      queries: [
        named(
          'p95',
          `histogram_quantile(0.95, sum by (le) (rate(sightline_http_request_duration_seconds_bucket{route=~"/api/v1/.*"}[5m])))`,
        ),
      ],
    },
  ];
}
