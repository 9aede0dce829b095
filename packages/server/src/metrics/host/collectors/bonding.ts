/** How many links a bonded network device has, and how many of them are up. */

import { noData } from '../errors.ts';
import { labelText } from '../metric-text.ts';
import type { HostModule } from '../module.ts';

export const bondingModule: HostModule = {
  name: 'bonding',
  create({ files }) {
    return (out) => {
      const masters = files.readOptional(files.sys('class/net/bonding_masters'));
      if (masters === undefined) throw noData('bonded network devices');
      const slaves = out.gauge('node_bonding_slaves', 'Links that a bonded device has been given.');
      const active = out.gauge('node_bonding_active', 'Links of a bonded device that are up.');
      for (const master of words(masters)) {
        const directory = files.sys('class/net', master);
        const links = words(files.readOptional(`${directory}/bonding/slaves`) ?? '');
        const up = links.filter((link) => {
          // Kernels before 3.13 name the directory slave_<link>.
          const status =
            files.readOptional(`${directory}/lower_${link}/bonding_slave/mii_status`) ??
            files.readOptional(`${directory}/slave_${link}/bonding_slave/mii_status`);
          return status?.trim() === 'up';
        });
        slaves.add(links.length, labelText({ master }));
        active.add(up.length, labelText({ master }));
      }
    };
  },
};

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
