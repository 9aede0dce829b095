/** Statistics of ZFS from its kstat files: the cache (ARC), pools and datasets. */
import { noData } from '../errors.ts';
import type { HostFiles } from '../host-files.ts';
import type { LabelPairs, MetricText } from '../metric-text.ts';
import { labelText } from '../metric-text.ts';
import type { HostModule } from '../module.ts';

/** Files of /proc/spl/kstat/zfs and the part of the metric name each gives. */
const SUBSYSTEMS: Readonly<Record<string, string>> = {
  abdstats: 'abd',
  arcstats: 'arc',
  dbufstats: 'dbuf',
  dmu_tx: 'dmu_tx',
  dnodestats: 'dnode',
  fm: 'fm',
  vdev_cache_stats: 'vdev_cache',
  vdev_mirror_stats: 'vdev_mirror',
  xuio_stats: 'xuio',
  zfetchstats: 'zfetch',
  zil: 'zil',
};
const POOL_STATES = ['online', 'degraded', 'faulted', 'offline', 'removed', 'unavail', 'suspended'];

export const zfsModule: HostModule = {
  name: 'zfs',
  create({ files }) {
    return async (out) => {
      const root = files.proc('spl/kstat/zfs');
      const entries = files.list(root);
      if (entries.length === 0) throw noData('ZFS');
      for (const entry of entries) {
        const subsystem = SUBSYSTEMS[entry];
        if (subsystem === undefined) await writePool(files, `${root}/${entry}`, entry, out);
        else writeKstat(files.readOptional(`${root}/${entry}`) ?? '', `node_zfs_${subsystem}`, {}, out);
      }
    };
  },
};

/** Lines `name type value` below a header; types 3 and 4 are 64-bit integers. */
function writeKstat(text: string, prefix: string, labels: LabelPairs, out: MetricText): void {
  for (const line of text.split('\n').slice(2)) {
    const [name = '', type, value] = line.trim().split(/\s+/);
    if (value === undefined || (type !== '3' && type !== '4')) continue;
    const metric = `${prefix}_${name.replace(/[^a-zA-Z0-9_]/g, '_')}`;
    out.untyped(metric, `${name} of ZFS.`).add(Number(value), labelText(labels));
  }
}

async function writePool(files: HostFiles, directory: string, zpool: string, out: MetricText): Promise<void> {
  const state = files.readOptional(`${directory}/state`)?.trim().toLowerCase();
  if (state !== undefined) {
    const family = out.gauge('node_zfs_zpool_state', 'Whether a pool is in a state.');
    for (const name of POOL_STATES) family.add(name === state ? 1 : 0, labelText({ state: name, zpool }));
  }
  const [, names = '', values = ''] = (files.readOptional(`${directory}/io`) ?? '').split('\n');
  const cells = values.trim().split(/\s+/);
  for (const [column, name] of names.trim().split(/\s+/).entries()) {
    const value = cells[column];
    if (name === '' || value === undefined) continue;
    out.untyped(`node_zfs_zpool_${name}`, `${name} of a pool.`).add(Number(value), labelText({ zpool }));
  }
  for (const file of files.list(directory)) {
    if (!file.startsWith('objset-')) continue;
    const text = files.readOptional(`${directory}/${file}`) ?? '';
    const dataset = /^dataset_name\s+7\s+(\S+)/m.exec(text)?.[1] ?? '';
    writeKstat(text, 'node_zfs_zpool_dataset', { dataset, zpool }, out);
    await files.breathe();
  }
}
