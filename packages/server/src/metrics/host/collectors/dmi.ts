/** What the firmware says of the machine (SMBIOS) from /sys/class/dmi/id. Serial numbers need root. */
import { noData } from '../errors.ts';
import { labelText } from '../metric-text.ts';
import type { HostModule } from '../module.ts';

const FIELDS = [
  'bios_date',
  'bios_release',
  'bios_vendor',
  'bios_version',
  'board_asset_tag',
  'board_name',
  'board_serial',
  'board_vendor',
  'board_version',
  'chassis_asset_tag',
  'chassis_serial',
  'chassis_vendor',
  'chassis_version',
  'product_family',
  'product_name',
  'product_serial',
  'product_sku',
  'product_uuid',
  'product_version',
  'sys_vendor',
];

export const dmiModule: HostModule = {
  name: 'dmi',
  create({ files }) {
    // It does not change before a reboot.
    let labels: string | undefined;
    return (out) => {
      if (labels === undefined) {
        if (!files.has(files.sys('class/dmi/id'))) throw noData('DMI tables');
        const pairs: Record<string, string> = {};
        for (const field of FIELDS) {
          const value = files.readOptional(files.sys('class/dmi/id', field))?.trim();
          if (value !== undefined) pairs[field === 'sys_vendor' ? 'system_vendor' : field] = value;
        }
        if (Object.keys(pairs).length === 0) throw noData('DMI tables');
        labels = labelText(pairs);
      }
      out.gauge('node_dmi_info', 'What the firmware says of this machine; the value is 1.').add(1, labels);
    };
  },
};
