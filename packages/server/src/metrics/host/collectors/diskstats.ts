/**
 * Block device counters from /proc/diskstats (kernel documentation: admin-guide/iostats), and what udev knows of the device.
 * Sectors are 512 bytes and times are milliseconds on every device.
 */
import type { HostFiles } from '../host-files.ts';
import type { FamilyType, MetricText } from '../metric-text.ts';
import { labelText } from '../metric-text.ts';
import type { HostModule } from '../module.ts';
import { createNameFilter } from '../name-filter.ts';

type Field = readonly [name: string, unit: number, help: string, type?: FamilyType];

const COUNT = 1;
const SECTOR_BYTES = 512;

/** The columns after the device name. A value is multiplied by its unit, milliseconds divided to stay exact. */
const FIELDS: readonly Field[] = [
  ['reads_completed_total', COUNT, 'Reads finished.'],
  ['reads_merged_total', COUNT, 'Reads that were merged with a neighbour.'],
  ['read_bytes_total', SECTOR_BYTES, 'Bytes read.'],
  ['read_time_seconds_total', 1e-3, 'Time all reads took together, in seconds.'],
  ['writes_completed_total', COUNT, 'Writes finished.'],
  ['writes_merged_total', COUNT, 'Writes that were merged with a neighbour.'],
  ['written_bytes_total', SECTOR_BYTES, 'Bytes written.'],
  ['write_time_seconds_total', 1e-3, 'Time all writes took together, in seconds.'],
  ['io_now', COUNT, 'Requests in flight now.', 'gauge'],
  ['io_time_seconds_total', 1e-3, 'Time with at least one request in flight, in seconds.'],
  ['io_time_weighted_seconds_total', 1e-3, 'Time multiplied by the number of requests in flight, in seconds.'],
  ['discards_completed_total', COUNT, 'Discards finished.'],
  ['discards_merged_total', COUNT, 'Discards that were merged with a neighbour.'],
  ['discarded_sectors_total', COUNT, 'Sectors of 512 bytes discarded.'],
  ['discard_time_seconds_total', 1e-3, 'Time all discards took together, in seconds.'],
  ['flush_requests_total', COUNT, 'Cache flushes finished.'],
  ['flush_requests_time_seconds_total', 1e-3, 'Time all cache flushes took together, in seconds.'],
];

export const diskstatsModule: HostModule = {
  name: 'diskstats',
  create({ files, patterns }) {
    const isCollected = createNameFilter({ exclude: patterns.diskDeviceExclude });
    return (out) => {
      for (const line of files.read(files.proc('diskstats')).split('\n')) {
        const [major = '', minor = '', device, ...values] = line.trim().split(/\s+/);
        if (device === undefined || !isCollected(device)) continue;
        const labels = labelText({ device });
        FIELDS.forEach(([name, unit, help, type = 'counter'], i) => {
          const value = values[i];
          if (value === undefined) return;
          const scaled = unit < 1 ? Number(value) / 1000 : Number(value) * unit;
          out.family(`node_disk_${name}`, type, help).add(scaled, labels);
        });
        writeInfo(files, device, major, minor, out);
      }
    };
  },
};

function writeInfo(files: HostFiles, device: string, major: string, minor: string, out: MetricText): void {
  const udev = readUdev(files, major, minor);
  const get = (key: string): string => udev.get(key) ?? '';
  const labels = labelText({
    device,
    major,
    minor,
    model: get('ID_MODEL'),
    path: get('ID_PATH'),
    revision: get('ID_REVISION'),
    serial: get('SCSI_IDENT_SERIAL') || get('ID_SERIAL_SHORT') || get('ID_SERIAL'),
    wwn: get('ID_WWN'),
  });
  out.gauge('node_disk_info', 'What is known of a block device; the value is 1.').add(1, labels);
  const fsType = get('ID_FS_TYPE');
  if (fsType !== '') {
    const fs = {
      device,
      type: fsType,
      usage: get('ID_FS_USAGE'),
      uuid: get('ID_FS_UUID'),
      version: get('ID_FS_VERSION'),
    };
    out.gauge('node_disk_filesystem_info', 'The file system on a block device; the value is 1.').add(1, labelText(fs));
  }
  const mapper = get('DM_NAME');
  if (mapper !== '') {
    const names = { lv_layer: get('DM_LV_LAYER'), lv_name: get('DM_LV_NAME'), name: mapper, uuid: get('DM_UUID') };
    out
      .gauge('node_disk_device_mapper_info', 'Names of a device-mapper device; the value is 1.')
      .add(1, labelText({ device, ...names, vg_name: get('DM_VG_NAME') }));
  }
  if (get('ID_ATA') === '') return;
  writeAta(out, 'write_cache', 'The ATA disk has a write cache.', device, udev.get('ID_ATA_WRITE_CACHE'));
  const cacheOn = udev.get('ID_ATA_WRITE_CACHE_ENABLED');
  writeAta(out, 'write_cache_enabled', 'The write cache of the ATA disk is on.', device, cacheOn);
  const rate = udev.get('ID_ATA_ROTATION_RATE_RPM');
  writeAta(out, 'rotation_rate_rpm', 'Rotations a minute of the ATA disk, 0 for an SSD.', device, rate);
}

function writeAta(out: MetricText, name: string, help: string, device: string, value: string | undefined): void {
  if (value !== undefined) out.gauge(`node_disk_ata_${name}`, help).add(Number(value), labelText({ device }));
}

/** The properties (`E:KEY=value`) of a device in udev's runtime database; empty where udev does not run. */
function readUdev(files: HostFiles, major: string, minor: string): Map<string, string> {
  const properties = new Map<string, string>();
  const text = files.readOptional(files.rootfs('run/udev/data', `b${major}:${minor}`)) ?? '';
  for (const line of text.split('\n')) {
    const equals = line.indexOf('=');
    if (line.startsWith('E:') && equals !== -1) properties.set(line.slice(2, equals), line.slice(equals + 1));
  }
  return properties;
}
