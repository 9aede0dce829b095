/** Collectors that pass on a few single values of /proc/sys: entropy, open files, and the state of SELinux. */
import type { HostModule } from '../module.ts';

export const entropyModule: HostModule = {
  name: 'entropy',
  create({ files }) {
    return (out) => {
      const available = files.read(files.proc('sys/kernel/random/entropy_avail'));
      const size = files.read(files.proc('sys/kernel/random/poolsize'));
      out.gauge('node_entropy_available_bits', 'Randomness in the pool of the kernel, in bits.').add(Number(available));
      out.gauge('node_entropy_pool_size_bits', 'Size of the randomness pool, in bits.').add(Number(size));
    };
  },
};

export const filefdModule: HostModule = {
  name: 'filefd',
  create({ files }) {
    return (out) => {
      const [allocated, , maximum] = files.read(files.proc('sys/fs/file-nr')).trim().split(/\s+/);
      out.gauge('node_filefd_allocated', 'Open file handles of all processes.').add(Number(allocated));
      out.gauge('node_filefd_maximum', 'File handles the kernel allows.').add(Number(maximum));
    };
  },
};

const SELINUX_MODES: Readonly<Record<string, number>> = { enforcing: 1, permissive: 0, disabled: -1 };

export const selinuxModule: HostModule = {
  name: 'selinux',
  create({ files }) {
    return (out) => {
      const enforcing = files.readNumber(files.sys('fs/selinux/enforce'));
      const enabled = out.gauge('node_selinux_enabled', 'Whether SELinux is on.');
      enabled.add(enforcing === undefined ? 0 : 1);
      if (enforcing === undefined) return;
      const config = files.readOptional(files.rootfs('etc/selinux/config')) ?? '';
      const mode = /^SELINUX=(\w+)/m.exec(config)?.[1] ?? '';
      const help = 'The mode SELinux starts in: 1 enforcing, 0 permissive, -1 disabled.';
      out.gauge('node_selinux_config_mode', help).add(SELINUX_MODES[mode] ?? -1);
      out.gauge('node_selinux_current_mode', 'The mode of SELinux now: 1 enforcing, 0 permissive.').add(enforcing);
    };
  },
};
