/** Name, kernel and architecture of the host, as uname(2) gives them. */
import { hostname, machine, release, type, version } from 'node:os';
import { labelText } from '../metric-text.ts';
import type { HostModule } from '../module.ts';

export const unameModule: HostModule = {
  name: 'uname',
  create({ files }) {
    return (out) => {
      const labels = labelText({
        domainname: files.readOptional(files.proc('sys/kernel/domainname'))?.trim() ?? '(none)',
        machine: machine(),
        nodename: hostname(),
        release: release(),
        sysname: type(),
        version: version(),
      });
      out.gauge('node_uname_info', 'Name, kernel and architecture of this host; the value is 1.').add(1, labels);
    };
  },
};
