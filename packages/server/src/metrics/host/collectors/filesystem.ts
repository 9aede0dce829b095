/**
 * Space and inodes of mounted file systems. A share whose server is gone never answers, and each unanswered call holds a
 * thread that all of the process shares: so at most two such calls are left waiting, a mount is not asked again before its
 * call has come back, and what is not asked is reported with `device_error` 1.
 */
import { statfs } from 'node:fs/promises';
import type { HostFiles } from '../host-files.ts';
import { isErrno } from '../host-files.ts';
import type { MetricText } from '../metric-text.ts';
import { labelText } from '../metric-text.ts';
import type { HostModule } from '../module.ts';
import { createNameFilter } from '../name-filter.ts';

const STATFS_TIMEOUT_MS = 1000;
const MAX_OVERDUE = 2;
/** Types whose answer may depend on another machine or program. */
const REMOTE_TYPES =
  /^(nfs4?|cifs|smb3?|smbfs|ncpfs|9p|afs|ceph|glusterfs|lustre|gpfs|beegfs|davfs|sshfs|virtiofs|fuse.*)$/;

interface Mount {
  readonly device: string;
  readonly mountpoint: string;
  readonly fstype: string;
  readonly readonly: boolean;
}

/** The part of Node.js's StatFs that is used. */
export interface Usage {
  readonly bsize: number;
  readonly blocks: number;
  readonly bfree: number;
  readonly bavail: number;
  readonly files: number;
  readonly ffree: number;
}

/** @param measure how a mount point is asked; tests give one that hangs */
export function createFilesystemModule(measure: (path: string) => Promise<Usage>): HostModule {
  return {
    name: 'filesystem',
    mayWait: true,
    create({ files, patterns, logger }) {
      const isPathCollected = createNameFilter({ exclude: patterns.mountPointsExclude });
      const isTypeCollected = createNameFilter({ exclude: patterns.fsTypesExclude });
      const asker = new MountAsker(measure);
      const askAll = async (mounts: readonly Mount[], out: MetricText): Promise<void> => {
        for (const mount of mounts) {
          const usage = await asker.ask(files.rootfs(mount.mountpoint), isRemote(mount));
          if (usage === undefined) logger.debug('file system gives no statistics', { mountpoint: mount.mountpoint });
          writeMount(mount, usage, out);
        }
      };
      return async (out) => {
        const mounts = readMounts(files).filter(
          (mount) => isPathCollected(mount.mountpoint) && isTypeCollected(mount.fstype),
        );
        await Promise.all([
          askAll(
            mounts.filter((mount) => !isRemote(mount)),
            out,
          ),
          askAll(mounts.filter(isRemote), out),
        ]);
      };
    },
  };
}

export const filesystemModule = createFilesystemModule((path) => statfs(path));

function isRemote(mount: Mount): boolean {
  return REMOTE_TYPES.test(mount.fstype);
}

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

/** Remembers which mount points have not answered yet. */
class MountAsker {
  readonly #measure: (path: string) => Promise<Usage>;
  readonly #overdue = new Set<string>();

  constructor(measure: (path: string) => Promise<Usage>) {
    this.#measure = measure;
  }

  /** Undefined when there is no answer, now or in time. */
  async ask(path: string, isRemoteMount: boolean): Promise<Usage | undefined> {
    if (this.#overdue.has(path) || (isRemoteMount && this.#overdue.size >= MAX_OVERDUE)) return undefined;
    const answer = this.#measure(path).catch((error: unknown) => {
      if (isErrno(error)) return undefined;
      throw error;
    });
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<'overdue'>((resolve) => {
      timer = setTimeout(resolve, STATFS_TIMEOUT_MS, 'overdue');
    });
    try {
      const first = await Promise.race([answer, timeout]);
      if (first !== 'overdue') return first;
      this.#overdue.add(path);
      void answer.finally(() => this.#overdue.delete(path));
      return undefined;
    } finally {
      clearTimeout(timer);
    }
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
