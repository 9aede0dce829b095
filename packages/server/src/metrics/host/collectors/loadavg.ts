/** Load averages from /proc/loadavg. */
import type { HostModule } from '../module.ts';

export const loadavgModule: HostModule = {
  name: 'loadavg',
  create({ files }) {
    return (out) => {
      const [one = '', five = '', fifteen = ''] = files.read(files.proc('loadavg')).split(' ');
      out.gauge('node_load1', 'Load average over one minute.').add(Number(one));
      out.gauge('node_load5', 'Load average over five minutes.').add(Number(five));
      out.gauge('node_load15', 'Load average over fifteen minutes.').add(Number(fifteen));
    };
  },
};
