/** NVMe controllers: model, firmware, serial number and state. */
import { labelText } from '../metric-text.ts';
import type { HostModule } from '../module.ts';

export const nvmeModule: HostModule = {
  name: 'nvme',
  create({ files }) {
    return (out) => {
      for (const device of files.listOrNoData(files.sys('class/nvme'), 'NVMe controllers')) {
        const text = (file: string): string => files.readOptional(files.sys('class/nvme', device, file))?.trim() ?? '';
        const labels = labelText({
          device,
          firmware_revision: text('firmware_rev'),
          model: text('model'),
          serial: text('serial'),
          state: text('state'),
        });
        out.gauge('node_nvme_info', 'What is known of an NVMe controller; the value is 1.').add(1, labels);
      }
    };
  },
};
