/** Space of the disk that holds the data directory; for a database elsewhere there is none. */
import { statfsSync } from 'node:fs';
import type { MetricsRegistry } from '../telemetry/registry.ts';

/** @param directory exists and is on a local file system: it is asked at each scrape */
export function registerDataDiskMetrics(registry: MetricsRegistry, directory: string): void {
  const size = registry.gauge({
    name: 'sightline_storage_disk_size_bytes',
    help: 'Size of the file system of the data directory.',
  });
  const free = registry.gauge({
    name: 'sightline_storage_disk_free_bytes',
    help: 'Space of it that can still be used.',
  });
  registry.onCollect(() => {
    const { bsize, blocks, bavail } = statfsSync(directory);
    size.set(bsize * blocks);
    free.set(bsize * bavail);
  });
}
