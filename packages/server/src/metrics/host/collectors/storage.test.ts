/** Disks, file systems, arrays: what the machine that runs the tests has not. */
import { expect, test } from 'vitest';
import { fixtureHost } from '../testing/fixture-host.ts';

test('diskstats scales sectors and milliseconds, and leaves partitions out', async () => {
  const host = fixtureHost({
    'proc/diskstats':
      '   8       0 sda 10 1 200 3000 20 2 400 5000 6 7000 8000 30 3 600 900 40 1500\n' +
      '   8       1 sda1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1\n' +
      ' 254       3 dm-3 5 0 8 9 0 0 0 0 0 1 1\n',
  });
  const samples = await host.samples('diskstats');
  expect(samples.filter((line) => line.includes('sda1'))).toEqual([]);
  expect(samples.filter((line) => line.includes('"sda"') && !line.includes('info'))).toEqual([
    'node_disk_discard_time_seconds_total{device="sda"} 0.9',
    'node_disk_discarded_sectors_total{device="sda"} 600',
    'node_disk_discards_completed_total{device="sda"} 30',
    'node_disk_discards_merged_total{device="sda"} 3',
    'node_disk_flush_requests_time_seconds_total{device="sda"} 1.5',
    'node_disk_flush_requests_total{device="sda"} 40',
    'node_disk_io_now{device="sda"} 6',
    'node_disk_io_time_seconds_total{device="sda"} 7',
    'node_disk_io_time_weighted_seconds_total{device="sda"} 8',
    'node_disk_read_bytes_total{device="sda"} 102400',
    'node_disk_read_time_seconds_total{device="sda"} 3',
    'node_disk_reads_completed_total{device="sda"} 10',
    'node_disk_reads_merged_total{device="sda"} 1',
    'node_disk_write_time_seconds_total{device="sda"} 5',
    'node_disk_writes_completed_total{device="sda"} 20',
    'node_disk_writes_merged_total{device="sda"} 2',
    'node_disk_written_bytes_total{device="sda"} 204800',
  ]);
  // A kernel before 4.18 writes eleven columns; nothing is made up for the others.
  expect(samples.filter((line) => line.includes('dm-3') && line.includes('discard'))).toEqual([]);
});

test('diskstats adds what udev knows', async () => {
  const host = fixtureHost({
    'proc/diskstats': '8 0 sda 1 1 1 1 1 1 1 1 1 1 1\n253 0 dm-0 1 1 1 1 1 1 1 1 1 1 1\n',
    'root/run/udev/data/b8:0':
      'S:disk/by-id/x\nE:ID_MODEL=Some_Disk\nE:ID_SERIAL=long\nE:ID_SERIAL_SHORT=S123\nE:ID_WWN=0x5\nE:ID_ATA=1\n' +
      'E:ID_ATA_WRITE_CACHE=1\nE:ID_ATA_ROTATION_RATE_RPM=7200\nE:ID_PATH=pci-0000:00:1f.2\nE:ID_REVISION=A1\n',
    'root/run/udev/data/b253:0':
      'E:DM_NAME=vg-root\nE:DM_UUID=LVM-1\nE:DM_VG_NAME=vg\nE:DM_LV_NAME=root\n' +
      'E:ID_FS_TYPE=ext4\nE:ID_FS_USAGE=filesystem\nE:ID_FS_UUID=u-1\nE:ID_FS_VERSION=1.0\n',
  });
  expect((await host.samples('diskstats')).filter((line) => /info|ata/.test(line))).toEqual([
    'node_disk_ata_rotation_rate_rpm{device="sda"} 7200',
    'node_disk_ata_write_cache{device="sda"} 1',
    'node_disk_device_mapper_info{device="dm-0",lv_layer="",lv_name="root",name="vg-root",uuid="LVM-1",vg_name="vg"} 1',
    'node_disk_filesystem_info{device="dm-0",type="ext4",usage="filesystem",uuid="u-1",version="1.0"} 1',
    'node_disk_info{device="dm-0",major="253",minor="0",model="",path="",revision="",serial="",wwn=""} 1',
    'node_disk_info{device="sda",major="8",minor="0",model="Some_Disk",path="pci-0000:00:1f.2",revision="A1",serial="S123",wwn="0x5"} 1',
  ]);
});

test('filesystem measures what is mounted, under the root directory it was given', async () => {
  const host = fixtureHost({
    'proc/1/mounts':
      '/dev/sda1 / ext4 rw,relatime 0 0\n' +
      '/dev/sda1 / ext4 rw,relatime 0 0\n' +
      '/dev/sdb1 /data\\040disk ext4 ro,noatime 0 0\n' +
      'server:/share /gone nfs4 rw 0 0\n' +
      'proc /proc proc rw 0 0\n' +
      'tmpfs /run/credentials/a.service tmpfs ro 0 0\n' +
      'overlay /var/lib/docker/overlay2/x/merged overlay rw 0 0\n',
    'root/data disk/file': 'x',
  });
  const samples = await host.samples('filesystem');
  expect(samples.filter((line) => /device_error|readonly/.test(line))).toEqual([
    'node_filesystem_device_error{device="/dev/sda1",fstype="ext4",mountpoint="/"} 0',
    'node_filesystem_device_error{device="/dev/sdb1",fstype="ext4",mountpoint="/data disk"} 0',
    'node_filesystem_device_error{device="server:/share",fstype="nfs4",mountpoint="/gone"} 1',
    'node_filesystem_readonly{device="/dev/sda1",fstype="ext4",mountpoint="/"} 0',
    'node_filesystem_readonly{device="/dev/sdb1",fstype="ext4",mountpoint="/data disk"} 1',
    'node_filesystem_readonly{device="server:/share",fstype="nfs4",mountpoint="/gone"} 0',
  ]);
  const size = samples.filter((line) => line.startsWith('node_filesystem_size_bytes'));
  expect(size).toHaveLength(2);
  expect(Number(size[0]?.split(' ').at(-1))).toBeGreaterThan(1e6);
});

test('filesystem takes the mounts of this process where those of the first are not readable', async () => {
  const host = fixtureHost({ 'proc/self/mounts': '/dev/sda1 / ext4 rw 0 0\n' });
  expect(await host.samples('filesystem')).toContain(
    'node_filesystem_readonly{device="/dev/sda1",fstype="ext4",mountpoint="/"} 0',
  );
});

test('mdadm reads healthy, degraded, repairing and striped arrays', async () => {
  const host = fixtureHost({
    'proc/mdstat':
      'Personalities : [raid1] [raid6] [raid0]\n' +
      'md0 : active raid1 sdb1[1] sda1[0]\n      1000 blocks super 1.2 [2/2] [UU]\n      bitmap: 0/1 pages [0KB], 65536KB chunk\n\n' +
      'md1 : active raid6 sde1[4](F) sdd1[3] sdc1[2] sdf1[5](S)\n      5000 blocks super 1.2 level 6, 64k chunk, algorithm 2 [4/2] [UU__]\n' +
      '      [=>...................]  recovery =  8.5% (425/5000) finish=1.0min speed=1K/sec\n\n' +
      'md2 : active raid0 sdg1[0] sdh1[1]\n      800 blocks super 1.2 512k chunks\n\n' +
      'md3 : inactive sdi1[0](S)\n      700 blocks super 1.2\n\n' +
      'md4 : active raid1 sdj1[0] sdk1[1]\n      600 blocks [2/2] [UU]\n      \tresync=DELAYED\n\n' +
      'unused devices: <none>\n',
  });
  const samples = await host.samples('mdadm');
  const active = samples.filter((line) => line.startsWith('node_md_state') && line.endsWith(' 1'));
  expect(active).toEqual([
    'node_md_state{device="md0",state="active"} 1',
    'node_md_state{device="md1",state="recovering"} 1',
    'node_md_state{device="md2",state="active"} 1',
    'node_md_state{device="md3",state="inactive"} 1',
    'node_md_state{device="md4",state="resync"} 1',
  ]);
  expect(samples.filter((line) => line.includes('md1') && !line.includes('node_md_state'))).toEqual([
    'node_md_blocks_synced{device="md1"} 425',
    'node_md_blocks{device="md1"} 5000',
    'node_md_disks_required{device="md1"} 4',
    'node_md_disks{device="md1",state="active"} 2',
    'node_md_disks{device="md1",state="failed"} 1',
    'node_md_disks{device="md1",state="spare"} 1',
  ]);
  expect(samples).toContain('node_md_disks_required{device="md2"} 2');
  expect(samples).toContain('node_md_blocks_synced{device="md4"} 0');
  expect(samples).toContain('node_md_blocks_synced{device="md0"} 1000');
});

test('btrfs reports space by kind and layout, and commits', async () => {
  const place = 'sys/fs/btrfs/0abb-1';
  const host = fixtureHost({
    'sys/fs/btrfs/features/raid56': '1\n',
    [`${place}/label`]: 'pool\n',
    [`${place}/allocation/global_rsv_size`]: '16777216\n',
    [`${place}/allocation/data/bytes_reserved`]: '10\n',
    [`${place}/allocation/data/raid1/used_bytes`]: '100\n',
    [`${place}/allocation/data/raid1/total_bytes`]: '200\n',
    [`${place}/devices/sdb/size`]: '4096\n',
    [`${place}/commit_stats`]: 'commits 3\nlast_commit_ms 20\nmax_commit_ms 500\ntotal_commit_ms 1500\n',
  });
  expect(await host.samples('btrfs')).toEqual([
    'node_btrfs_allocation_ratio{block_group_type="data",mode="raid1",uuid="0abb-1"} 2',
    'node_btrfs_commit_seconds_total{uuid="0abb-1"} 1.5',
    'node_btrfs_commits_total{uuid="0abb-1"} 3',
    'node_btrfs_device_size_bytes{device="sdb",uuid="0abb-1"} 2097152',
    'node_btrfs_global_rsv_size_bytes{uuid="0abb-1"} 16777216',
    'node_btrfs_info{label="pool",uuid="0abb-1"} 1',
    'node_btrfs_last_commit_seconds{uuid="0abb-1"} 0.02',
    'node_btrfs_max_commit_seconds{uuid="0abb-1"} 0.5',
    'node_btrfs_reserved_bytes{block_group_type="data",uuid="0abb-1"} 10',
    'node_btrfs_size_bytes{block_group_type="data",mode="raid1",uuid="0abb-1"} 200',
    'node_btrfs_used_bytes{block_group_type="data",mode="raid1",uuid="0abb-1"} 100',
  ]);
});

test('xfs names the columns of the lines it knows', async () => {
  const host = fixtureHost({
    'sys/fs/xfs/sdc1/stats/stats': 'extent_alloc 1 2 3 4\nabt 5 6 7 8\nig 1 2 3 4 5 6 7\nrw 11 12\nunknown 1\n',
    'sys/fs/xfs/stats/stats': '',
  });
  const samples = await host.samples('xfs');
  expect(samples).toHaveLength(17);
  expect(samples).toContain('node_xfs_extent_allocation_blocks_allocated_total{device="sdc1"} 2');
  expect(samples).toContain('node_xfs_allocation_btree_records_deleted_total{device="sdc1"} 8');
  expect(samples).toContain('node_xfs_inode_operation_attribute_changes_total{device="sdc1"} 7');
  expect(samples).toContain('node_xfs_read_calls_total{device="sdc1"} 12');
});

test('zfs passes on kstat files, pools and datasets', async () => {
  const host = fixtureHost({
    'proc/spl/kstat/zfs/arcstats': '5 1 0x01 3 4080 1 2\nname type data\nhits 4 100\nl2-size 4 7\nname_of 7 text\n',
    'proc/spl/kstat/zfs/tank/state': 'DEGRADED\n',
    'proc/spl/kstat/zfs/tank/io': '10 3 0 1 80 1 2\nnread nwritten reads\n1 2 3\n',
    'proc/spl/kstat/zfs/tank/objset-0x36': '1 1\nname type data\ndataset_name 7 tank/home\nwrites 4 9\n',
  });
  expect((await host.samples('zfs')).filter((line) => !line.endsWith(' 0'))).toEqual([
    'node_zfs_arc_hits 100',
    'node_zfs_arc_l2_size 7',
    'node_zfs_zpool_dataset_writes{dataset="tank/home",zpool="tank"} 9',
    'node_zfs_zpool_nread{zpool="tank"} 1',
    'node_zfs_zpool_nwritten{zpool="tank"} 2',
    'node_zfs_zpool_reads{zpool="tank"} 3',
    'node_zfs_zpool_state{state="degraded",zpool="tank"} 1',
  ]);
});

test('nvme names its controllers', async () => {
  const host = fixtureHost({
    'sys/class/nvme/nvme0/model': 'Fast One   \n',
    'sys/class/nvme/nvme0/serial': 'S1 \n',
    'sys/class/nvme/nvme0/firmware_rev': '1.0\n',
    'sys/class/nvme/nvme0/state': 'live\n',
  });
  expect(await host.samples('nvme')).toEqual([
    'node_nvme_info{device="nvme0",firmware_revision="1.0",model="Fast One",serial="S1",state="live"} 1',
  ]);
});
