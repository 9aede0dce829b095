/** Example queries out of the metrics that exist: known ones first, then generic ones by type. */
import type { MetadataData } from '@sightline/api-types';

export interface ExampleQuery {
  readonly title: string;
  readonly expr: string;
}

const KNOWN: readonly (ExampleQuery & { readonly needs: string })[] = [
  {
    needs: 'node_cpu_seconds_total',
    title: 'CPU busy, by mode',
    expr: 'sum by (mode) (rate(node_cpu_seconds_total{mode!="idle"}[$__rate_interval])) / scalar(count(count by (cpu) (node_cpu_seconds_total)))',
  },
  { needs: 'node_memory_MemAvailable_bytes', title: 'Memory available', expr: 'node_memory_MemAvailable_bytes' },
  {
    needs: 'node_network_receive_bytes_total',
    title: 'Network received, by device',
    expr: 'sum by (device) (rate(node_network_receive_bytes_total[$__rate_interval]))',
  },
  {
    needs: 'node_filesystem_avail_bytes',
    title: 'Disk space left, worst first',
    expr: 'sort(min by (mountpoint) (node_filesystem_avail_bytes / node_filesystem_size_bytes))',
  },
  {
    needs: 'http_requests_total',
    title: 'Requests, by status',
    expr: 'sum by (code) (rate(http_requests_total[$__rate_interval]))',
  },
  { needs: 'up', title: 'Which targets are up', expr: 'up' },
  { needs: 'process_resident_memory_bytes', title: 'Memory of each process', expr: 'process_resident_memory_bytes' },
  { needs: 'scrape_duration_seconds', title: 'Slowest scrapes', expr: 'topk(5, scrape_duration_seconds)' },
];

export function exampleQueries(names: readonly string[], types: MetadataData, limit = 6): ExampleQuery[] {
  const present = new Set(names);
  const found: ExampleQuery[] = KNOWN.filter(({ needs }) => present.has(needs)).map(({ title, expr }) => ({
    title,
    expr,
  }));
  for (const name of names) {
    if (found.length >= limit) break;
    if (KNOWN.some(({ needs }) => needs === name) || /^(go_|process_|promhttp_|node_|scrape_)/.test(name)) continue;
    const type =
      types[name]?.[0]?.type ??
      (name.endsWith('_total') ? 'counter' : name.endsWith('_bucket') ? 'histogram' : 'gauge');
    if (type === 'counter')
      found.push({ title: `How fast ${name} grows`, expr: `sum(rate(${name}[$__rate_interval]))` });
    else if (name.endsWith('_bucket'))
      found.push({
        title: `95th percentile of ${name.replace(/_bucket$/, '')}`,
        expr: `histogram_quantile(0.95, sum by (le) (rate(${name}[$__rate_interval])))`,
      });
    else if (type === 'gauge') found.push({ title: name, expr: name });
  }
  return found.slice(0, limit);
}
