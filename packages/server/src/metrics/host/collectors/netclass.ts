/** Properties of network devices from /sys/class/net: link, speed, MTU, flags. */
import type { HostFiles } from '../host-files.ts';
import type { FamilyType, MetricText } from '../metric-text.ts';
import { labelText } from '../metric-text.ts';
import type { HostModule } from '../module.ts';

type Property = readonly [file: string, metric: string, help: string, type?: FamilyType];

const PROPERTIES: readonly Property[] = [
  ['addr_assign_type', 'address_assign_type', 'Where the hardware address comes from.'],
  ['carrier_changes', 'carrier_changes_total', 'Times the link went up or down.', 'counter'],
  ['carrier_up_count', 'carrier_up_changes_total', 'Times the link went up.', 'counter'],
  ['carrier_down_count', 'carrier_down_changes_total', 'Times the link went down.', 'counter'],
  ['dev_id', 'device_id', 'Number that tells devices with the same hardware address apart.'],
  ['dormant', 'dormant', 'Whether the link waits for something outside, such as authentication.'],
  ['flags', 'flags', 'Flags of the device, a bit mask.'],
  ['ifindex', 'iface_id', 'Number of the device.'],
  ['iflink', 'iface_link', 'Number of the device this one stands on.'],
  ['link_mode', 'iface_link_mode', 'Link mode, 1 when dormant.'],
  ['mtu', 'mtu_bytes', 'Largest packet the device sends, in bytes.'],
  ['name_assign_type', 'name_assign_type', 'Where the name of the device comes from.'],
  ['netdev_group', 'net_dev_group', 'Group the device belongs to.'],
  ['tx_queue_len', 'transmit_queue_length', 'Packets the transmit queue holds.'],
  ['type', 'protocol_type', 'Kind of hardware, as ARP numbers it.'],
];

const BYTES_PER_SECOND_OF_MBIT = 1e6 / 8;

export const netclassModule: HostModule = {
  name: 'netclass',
  mayWait: true,
  create({ files }) {
    return async (out) => {
      const devices = files.listOrNoData(files.sys('class/net'), 'network devices');
      for (const device of devices) {
        const directory = files.sys('class/net', device);
        // bonding_masters stands there too, and is a file.
        if (files.readNumber(`${directory}/ifindex`) === undefined) continue;
        await writeDevice(files, directory, device, out);
        await files.breathe();
      }
    };
  },
};

async function writeDevice(files: HostFiles, directory: string, device: string, out: MetricText): Promise<void> {
  const text = (file: string): string => files.readOptional(`${directory}/${file}`)?.trim() ?? '';
  const labels = labelText({ device });
  const operstate = text('operstate');
  out.gauge('node_network_up', 'Whether the device is up and running.').add(operstate === 'up' ? 1 : 0, labels);
  // Behind a device that is hardware these two ask its driver, which may be busy for long.
  const isHardware = files.has(`${directory}/device`);
  const duplex = isHardware ? ((await files.readSlow(`${directory}/duplex`)) ?? '') : text('duplex');
  const speed = isHardware ? await files.readSlowNumber(`${directory}/speed`) : files.readNumber(`${directory}/speed`);
  const carrier = files.readNumber(`${directory}/carrier`);
  const info = { address: text('address'), broadcast: text('broadcast'), device, duplex, ifalias: text('ifalias') };
  const infoHelp = 'Addresses and modes of a network device; the value is 1.';
  out.gauge('node_network_info', infoHelp).add(1, labelText({ ...info, operstate }));
  if (carrier !== undefined) out.gauge('node_network_carrier', 'Whether the device has a link.').add(carrier, labels);
  for (const [file, metric, help, type = 'gauge'] of PROPERTIES) {
    const value = files.readNumber(`${directory}/${file}`);
    if (value !== undefined) out.family(`node_network_${metric}`, type, help).add(value, labels);
  }
  if (speed === undefined) return;
  const help = 'Speed of the link in bytes a second; negative when the driver does not know.';
  out.gauge('node_network_speed_bytes', help).add(speed * BYTES_PER_SECOND_OF_MBIT, labels);
}
