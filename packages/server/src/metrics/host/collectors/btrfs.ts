/** Space of btrfs file systems by kind of data and layout, from /sys/fs/btrfs. Device errors need an ioctl and are not here. */
import type { HostFiles } from '../host-files.ts';
import type { MetricText } from '../metric-text.ts';
import { labelText } from '../metric-text.ts';
import type { HostModule } from '../module.ts';

const SECTOR_BYTES = 512;
const KINDS = ['data', 'metadata', 'system'];

export const btrfsModule: HostModule = {
  name: 'btrfs',
  create({ files }) {
    return (out) => {
      const root = files.sys('fs/btrfs');
      for (const uuid of files.list(root)) {
        // `features` and `debug` stand beside the file systems.
        if (files.list(`${root}/${uuid}/allocation`).length > 0) writeFilesystem(files, `${root}/${uuid}`, uuid, out);
      }
    };
  },
};

function writeFilesystem(files: HostFiles, directory: string, uuid: string, out: MetricText): void {
  const label = files.readOptional(`${directory}/label`)?.trim() ?? '';
  out.gauge('node_btrfs_info', 'A btrfs file system; the value is 1.').add(1, labelText({ label, uuid }));
  const reserve = files.readNumber(`${directory}/allocation/global_rsv_size`);
  if (reserve !== undefined) {
    out
      .gauge('node_btrfs_global_rsv_size_bytes', 'Size of the global reserve, in bytes.')
      .add(reserve, labelText({ uuid }));
  }
  for (const kind of KINDS) writeAllocation(files, `${directory}/allocation/${kind}`, uuid, kind, out);
  for (const device of files.list(`${directory}/devices`)) {
    const sectors = files.readNumber(`${directory}/devices/${device}/size`);
    if (sectors === undefined) continue;
    const family = out.gauge('node_btrfs_device_size_bytes', 'Size of a device of the file system, in bytes.');
    family.add(sectors * SECTOR_BYTES, labelText({ device, uuid }));
  }
  writeCommits(files.readOptional(`${directory}/commit_stats`) ?? '', uuid, out);
}

function writeAllocation(files: HostFiles, directory: string, uuid: string, kind: string, out: MetricText): void {
  const reserved = files.readNumber(`${directory}/bytes_reserved`);
  if (reserved !== undefined) {
    const family = out.gauge('node_btrfs_reserved_bytes', 'Space reserved for a kind of data, in bytes.');
    family.add(reserved, labelText({ block_group_type: kind, uuid }));
  }
  const deviceCount = files.list(`${directory}/../../devices`).length;
  for (const mode of files.list(directory)) {
    const used = files.readNumber(`${directory}/${mode}/used_bytes`);
    const total = files.readNumber(`${directory}/${mode}/total_bytes`);
    if (used === undefined || total === undefined) continue;
    const labels = labelText({ block_group_type: kind, mode, uuid });
    out.gauge('node_btrfs_used_bytes', 'Space used by a kind of data, in bytes.').add(used, labels);
    out.gauge('node_btrfs_size_bytes', 'Space allocated for a kind of data, in bytes.').add(total, labels);
    const ratio = out.gauge('node_btrfs_allocation_ratio', 'Bytes on disk that one byte of data takes in this layout.');
    ratio.add(allocationRatio(mode, deviceCount), labels);
  }
}

/** What a byte costs: mirrors multiply it, parity adds one or two devices to the others. */
function allocationRatio(mode: string, devices: number): number {
  if (mode === 'dup' || mode === 'raid1' || mode === 'raid10') return 2;
  if (mode === 'raid1c3') return 3;
  if (mode === 'raid1c4') return 4;
  if (mode === 'raid5') return devices / (devices - 1);
  if (mode === 'raid6') return devices / (devices - 2);
  return 1;
}

function writeCommits(text: string, uuid: string, out: MetricText): void {
  const value = (key: string): number | undefined => {
    const found = new RegExp(`^${key} (\\d+)`, 'm').exec(text)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const labels = labelText({ uuid });
  const [commits, last, max, total] = ['commits', 'last_commit_ms', 'max_commit_ms', 'total_commit_ms'].map(value);
  if (commits === undefined) return;
  out.counter('node_btrfs_commits_total', 'Commits of the file system.').add(commits, labels);
  out
    .gauge('node_btrfs_last_commit_seconds', 'How long the last commit took, in seconds.')
    .add((last ?? 0) / 1000, labels);
  out
    .gauge('node_btrfs_max_commit_seconds', 'How long the slowest commit took, in seconds.')
    .add((max ?? 0) / 1000, labels);
  out.counter('node_btrfs_commit_seconds_total', 'Time of all commits, in seconds.').add((total ?? 0) / 1000, labels);
}
