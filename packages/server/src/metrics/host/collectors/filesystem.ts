/**
 * Space and inodes of mounted file systems. A file system that does not answer (a network share whose server is gone) is
 * reported with `device_error` 1 and is not asked again before its pending call has come back, so it costs one thread at most.
 */
import { statfs } from 'node:fs/promises';
import type { HostFiles } from '../host-files.ts';
import { isErrno } from '../host-files.ts';
import type { MetricText } from '../metric-text.ts';
import { labelText } from '../metric-text.ts';
import type { HostModule } from '../module.ts';
import { createNameFilter } from '../name-filter.ts';

const STATFS_TIMEOUT_MS = 2000;
const CONCURRENCY = 4;

interface Mount {
  readonly device: string;
  readonly mountpoint: string;
  readonly fstype: string;
  readonly readonly: boolean;
}

interface Usage {
  readonly bsize: number;
  readonly blocks: number;
  readonly bfree: number;
  readonly bavail: number;
  readonly files: number;
  readonly ffree: number;
}

export const filesystemModule: HostModule = {
  name: 'filesystem',
  mayWait: true,
  create({ files, patterns, logger }) {
    const isPathCollected = createNameFilter({ exclude: patterns.mountPointsExclude });
    const isTypeCollected = createNameFilter({ exclude: patterns.fsTypesExclude });
    const stuck = new Set<string>();
    return async (out) => {
      const mounts = readMounts(files).filter(
        (mount) => isPathCollected(mount.mountpoint) && isTypeCollected(mount.fstype),
      );
      const usages = new Array<Usage | undefined>(mounts.length);
      const pending = mounts.keys();
      const work = async (): Promise<void> => {
        for (const i of pending) {
          const mountpoint = mounts[i]?.mountpoint ?? '/';
          usages[i] = await readUsage(files.rootfs(mountpoint), stuck);
          if (usages[i] === undefined) logger.debug('file system gives no statistics', { mountpoint });
        }
      };
      await Promise.all(Array.from({ length: CONCURRENCY }, work));
      for (const [i, mount] of mounts.entries()) writeMount(mount, usages[i], out);
    };
  },
};

/** As the first process sees them, or as this one does where that is not allowed. Each device, path and type once. */
function readMounts(files: HostFiles): Mount[] {
  const text = files.readOptional(files.proc('1/mounts')) ?? files.read(files.proc('self/mounts'));
  const mounts = new Map<string, Mount>();
  for (const line of text.split('\n')) {
    const [device, path, fstype, options] = line.split(' ');
    if (device === undefined || path === undefined || fstype === undefined || options === undefined) continue;
    const mountpoint = stripRootfs(unescapeMount(path), files.roots.rootfsPath);
    const mount = { device: unescapeMount(device), mountpoint, fstype, readonly: options.split(',').includes('ro') };
    const key = `${device} ${path} ${fstype}`;
    if (!mounts.has(key)) mounts.set(key, mount);
  }
  return [...mounts.values()];
}

/** The kernel writes space, tab, newline and backslash as three octal digits. */
function unescapeMount(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

function stripRootfs(path: string, rootfs: string): string {
  if (rootfs === '/' || !path.startsWith(rootfs)) return path;
  const rest = path.slice(rootfs.length);
  if (rest === '') return '/';
  return rest.startsWith('/') ? rest : path;
}

async function readUsage(path: string, stuck: Set<string>): Promise<Usage | undefined> {
  if (stuck.has(path)) return undefined;
  stuck.add(path);
  const call = statfs(path).then(
    (usage): Usage => usage,
    (error: unknown) => {
      if (isErrno(error)) return undefined;
      throw error;
    },
  );
  const settled = call.finally(() => stuck.delete(path));
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, STATFS_TIMEOUT_MS, undefined);
  });
  try {
    return await Promise.race([settled, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

function writeMount(mount: Mount, usage: Usage | undefined, out: MetricText): void {
  const { device, fstype, mountpoint } = mount;
  const labels = labelText({ device, fstype, mountpoint });
  const gauge = (name: string, help: string, value: number): void =>
    out.gauge(`node_filesystem_${name}`, help).add(value, labels);
  gauge('device_error', 'Whether the statistics of the file system could not be read.', usage === undefined ? 1 : 0);
  gauge('readonly', 'Whether the file system is mounted read-only.', mount.readonly ? 1 : 0);
  if (usage === undefined) return;
  gauge('size_bytes', 'Size of the file system in bytes.', usage.blocks * usage.bsize);
  gauge('free_bytes', 'Free space in bytes, with what is reserved for root.', usage.bfree * usage.bsize);
  gauge('avail_bytes', 'Space in bytes that users other than root can still take.', usage.bavail * usage.bsize);
  gauge('files', 'Inodes the file system can have.', usage.files);
  gauge('files_free', 'Inodes that are free.', usage.ffree);
}
