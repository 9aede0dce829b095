/** A host with hardware and file systems that machines for tests have not. The numbers mean nothing but are all different. */
import type { FixtureFiles } from '../../../packages/server/src/metrics/host/testing/fixture-host.ts';

const MDSTAT =
  'Personalities : [raid1] [raid6] [raid5] [raid4] [raid0]\n' +
  'md0 : active raid1 sdb1[1] sda1[0]\n      1000 blocks super 1.2 [2/2] [UU]\n      bitmap: 0/1 pages [0KB], 65536KB chunk\n\n' +
  'md1 : active raid6 sde1[4](F) sdd1[3] sdc1[2] sdf1[5](S)\n' +
  '      5000 blocks super 1.2 level 6, 64k chunk, algorithm 2 [4/2] [UU__]\n' +
  '      [=>...................]  recovery =  8.5% (425/5000) finish=1.0min speed=100K/sec\n\n' +
  'md2 : active raid0 sdg1[0] sdh1[1]\n      800 blocks super 1.2 512k chunks\n\n' +
  'md3 : inactive sdi1[0](S)\n      700 blocks super 1.2\n\n' +
  'md4 : active raid1 sdj1[0] sdk1[1]\n      600 blocks [2/2] [UU]\n      \tresync=DELAYED\n\n' +
  'md5 : active raid1 sdl1[0] sdm1[1]\n      650 blocks [2/2] [UU]\n' +
  '      [===>.................]  check = 16.9% (110/650) finish=2.0min speed=90K/sec\n\n';

function cpu(number: number, core: number): FixtureFiles {
  const place = `sys/devices/system/cpu/cpu${number}`;
  return {
    [`${place}/topology/physical_package_id`]: '0\n',
    [`${place}/topology/core_id`]: `${core}\n`,
    [`${place}/thermal_throttle/core_throttle_count`]: `${5 + core}\n`,
    [`${place}/thermal_throttle/package_throttle_count`]: '7\n',
    [`${place}/cpufreq/scaling_governor`]: 'powersave\n',
    [`${place}/cpufreq/scaling_available_governors`]: 'performance powersave\n',
    [`${place}/cpufreq/scaling_cur_freq`]: `120000${number}\n`,
    [`${place}/cpufreq/scaling_min_freq`]: '800000\n',
    [`${place}/cpufreq/scaling_max_freq`]: '3400000\n',
    [`${place}/cpufreq/scaling_driver`]: 'acpi-cpufreq\n',
    [`${place}/cpufreq/scaling_setspeed`]: '<unsupported>\n',
    [`${place}/cpufreq/related_cpus`]: `${number}\n`,
    [`${place}/cpufreq/cpuinfo_cur_freq`]: '1300000\n',
    [`${place}/cpufreq/cpuinfo_min_freq`]: '700000\n',
    [`${place}/cpufreq/cpuinfo_max_freq`]: '4000000\n',
    [`${place}/cpufreq/cpuinfo_transition_latency`]: '0\n',
  };
}

function chip(): FixtureFiles {
  const place = 'sys/devices/platform/coretemp.0/hwmon/hwmon0';
  const values: Record<string, string> = {
    name: 'coretemp',
    temp1_input: '51000',
    temp1_label: 'Core 0',
    temp1_max: '90000',
    temp1_crit: '100000',
    temp1_crit_hyst: '95000',
    temp1_crit_alarm: '0',
    temp1_alarm: '1',
    temp1_fault: '0',
    temp1_beep: '1',
    temp1_type: '4',
    fan1_input: '1200',
    fan1_min: '300',
    fan1_div: '2',
    fan1_target: '1300',
    in0_input: '1048',
    in0_min: '990',
    cpu0_vid: '1100',
    curr1_input: '1500',
    power1_average: '15500000',
    power1_average_interval: '1000',
    power1_accuracy: '990000',
    power1_cap: '20000000',
    energy1_input: '2500000',
    humidity1_input: '450000',
    intrusion0_alarm: '1',
    freq1_input: '800000000',
    freq1_label: 'sclk',
    pwm1: '128',
    pwm1_enable: '2',
    pwm1_mode: '1',
    update_interval: '500',
    beep_enable: '1',
    vrm: '9',
    temp2_input: 'broken',
  };
  return {
    ...prefixed(place, values),
    [`${place}/device`]: '-> ../../../coretemp.0',
    'sys/class/hwmon/hwmon0': '-> ../../devices/platform/coretemp.0/hwmon/hwmon0',
    'sys/class/hwmon/hwmon3/name': 'Nct6775\n',
    'sys/class/hwmon/hwmon3/temp1_input': '1000\n',
  };
}

function net(): FixtureFiles {
  const eth = (device: string, index: number): FixtureFiles =>
    prefixed(`sys/class/net/${device}`, {
      addr_assign_type: '0',
      address: `52:54:00:00:00:0${index}`,
      broadcast: 'ff:ff:ff:ff:ff:ff',
      carrier: '1',
      carrier_changes: '3',
      carrier_up_count: '2',
      carrier_down_count: '1',
      dev_id: '0x1',
      dormant: '0',
      duplex: 'full',
      flags: '0x1103',
      ifalias: 'up\\link "x"',
      ifindex: String(index),
      iflink: String(index),
      link_mode: '0',
      mtu: '1500',
      name_assign_type: '4',
      netdev_group: '0',
      operstate: 'up',
      speed: '10000',
      tx_queue_len: '1000',
      type: '1',
    });
  return {
    ...eth('eth0', 2),
    ...eth('eth1', 3),
    ...eth('bond0', 4),
    'sys/class/net/bonding_masters': 'bond0\n',
    'sys/class/net/bond0/bonding/slaves': 'eth0 eth1\n',
    'sys/class/net/bond0/lower_eth0/bonding_slave/mii_status': 'up\n',
    'sys/class/net/bond0/lower_eth1/bonding_slave/mii_status': 'down\n',
  };
}

function power(): FixtureFiles {
  return {
    ...prefixed('sys/class/power_supply/AC', { online: '1', type: 'Mains' }),
    ...prefixed('sys/class/power_supply/BAT0', {
      alarm: '2250000',
      capacity: '81',
      capacity_level: 'Normal',
      charge_type: 'Fast',
      cycle_count: '40',
      charge_full: '5000000',
      charge_now: '4000000',
      constant_charge_current_max: '3000000',
      current_now: '1500000',
      energy_full: '50060000',
      energy_full_design: '47520000',
      energy_now: '36580000',
      health: 'Good',
      manufacturer: 'A "B"',
      model_name: 'M',
      power_now: '4830000',
      present: '1',
      serial_number: ' 38109',
      status: 'Discharging',
      technology: 'Li-ion',
      temp: '254',
      temp_ambient: '201',
      time_to_empty_now: '3600',
      type: 'Battery',
      voltage_min_design: '10800000',
      voltage_now: '11660000',
    }),
  };
}

function firmware(): FixtureFiles {
  const zone = (directory: string, name: string, micros: number): FixtureFiles =>
    prefixed(`sys/class/powercap/${directory}`, {
      name,
      max_energy_range_uj: '262143328850',
      energy_uj: String(micros),
    });
  return {
    ...zone('intel-rapl:0', 'package-0', 2_500_000),
    ...zone('intel-rapl:0:0', 'core', 1_000_000),
    ...zone('intel-rapl:1:0', 'core', 3_000_000),
    ...prefixed('sys/class/dmi/id', {
      bios_date: '04/12/2021',
      bios_vendor: 'Maker',
      product_name: 'Box 9',
      sys_vendor: 'Maker',
      chassis_serial: 'C1',
    }),
    ...prefixed('sys/devices/system/edac/mc/mc0', {
      ce_count: '1',
      ue_count: '5',
      ce_noinfo_count: '2',
      ue_noinfo_count: '6',
      'csrow0/ce_count': '3',
      'csrow0/ue_count': '4',
    }),
    ...prefixed('sys/class/nvme/nvme0', { model: 'Fast One', serial: 'S1', firmware_rev: '1.0', state: 'live' }),
    ...prefixed('sys/class/thermal/thermal_zone0', { type: 'x86_pkg_temp', temp: '45500', policy: 'step_wise' }),
    ...prefixed('sys/class/thermal/cooling_device2', { type: 'Processor', cur_state: '1', max_state: '10' }),
  };
}

function fileSystems(): FixtureFiles {
  const btrfs = 'sys/fs/btrfs/0abd23a9-579b-43e6-ad30-915ef47fcb9d';
  const layout = (kind: string, mode: string, number: number): FixtureFiles => ({
    ...prefixed(`${btrfs}/allocation/${kind}`, {
      bytes_may_use: '0',
      bytes_pinned: '0',
      bytes_readonly: '0',
      bytes_reserved: String(number),
      bytes_used: String(number + 1),
      disk_used: String(number + 2),
      disk_total: String(number + 3),
      flags: '1',
      total_bytes: String(number + 4),
      total_bytes_pinned: '0',
    }),
    ...prefixed(`${btrfs}/allocation/${kind}/${mode}`, {
      used_bytes: String(number + 5),
      total_bytes: String(number + 6),
    }),
  });
  return {
    ...prefixed(btrfs, {
      label: 'pool',
      metadata_uuid: '0abd23a9-579b-43e6-ad30-915ef47fcb9d',
      nodesize: '16384',
      quota_override: '0',
      sectorsize: '4096',
      clone_alignment: '4096',
      'allocation/global_rsv_reserved': '16777216',
      'allocation/global_rsv_size': '16777217',
      'devices/loop25/size': '4096',
      'devices/loop26/size': '8192',
      'features/extended_iref': '1',
    }),
    ...layout('data', 'raid0', 100),
    ...layout('metadata', 'raid1', 200),
    ...layout('system', 'raid1', 300),
    'sys/fs/xfs/sdc1/stats/stats':
      'extent_alloc 1 2 3 4\nabt 5 6 7 8\nblk_map 11 12 13 14 15 16 17\nbmbt 21 22 23 24\ndir 31 32 33 34\n' +
      'trans 41 42 43\nig 51 52 53 54 55 56 57\nlog 61 62 63 64 65\nrw 71 72\nvnodes 81 82 83 84 85 86 87\n' +
      'xpc 1 2 3\n',
    'proc/spl/kstat/zfs/arcstats':
      '5 1 0x01 3 4080 1 2\nname                            type data\nhits 4 100\nl2-size 4 7\n',
    'proc/spl/kstat/zfs/tank/state': 'DEGRADED\n',
    'proc/spl/kstat/zfs/tank/io':
      '10 3 0 1 80 1 2\nnread nwritten reads writes wtime wlentime wupdate rtime rlentime rupdate wcnt rcnt\n1 2 3 4 5 6 7 8 9 10 11 12\n',
    'proc/spl/kstat/zfs/tank/objset-0x36':
      '1 1 0x01 7 2160 1 2\nname                            type data\ndataset_name 7 tank/home\nwrites 4 9\n',
  };
}

export const HARDWARE_HOST: FixtureFiles = {
  ...cpu(0, 0),
  ...cpu(1, 1),
  ...chip(),
  ...net(),
  ...power(),
  ...firmware(),
  ...fileSystems(),
  'proc/mdstat': `${MDSTAT}unused devices: <none>\n`,
  'proc/stat': 'cpu  1 1 1 1 1 1 1 1 1 1\ncpu0 150 20 300 4000 50 6 70 8 90 10\ncpu1 15 2 30 400 5 6 7 8 9 1\nintr 1\n',
  'proc/schedstat': 'version 15\ntimestamp 1\ncpu0 0 0 0 0 0 0 2500000000 500000000 77\n',
  'proc/diskstats':
    '   8       0 sda 10 1 200 3000 20 2 400 5000 6 7000 8000 30 3 600 900 40 1500\n 254       3 dm-3 5 0 8 9 0 0 0 0 0 1 1\n',
  'proc/net/sockstat': 'sockets: used 16\nTCP: inuse 1 orphan 0 tw 2 alloc 1 mem 3\nUDP: inuse 2 mem 4\n',
  'proc/net/softnet_stat':
    '0000000a 00000001 00000002 00000000 00000000 00000000 00000000 00000000 00000003 00000004 00000005\n',
  'proc/net/netstat': 'TcpExt: SyncookiesSent EmbryonicRsts ListenDrops\nTcpExt: 1 2 3\n',
  'proc/net/snmp': 'Ip: Forwarding DefaultTTL\nIp: 1 64\nTcp: MaxConn CurrEstab\nTcp: -1 5\n',
  'proc/net/snmp6': 'Ip6InOctets                     \t99\n',
  'proc/net/stat/nf_conntrack':
    'entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop icmp_error  expect_new expect_create expect_delete search_restart\n' +
    '0000000c 00000001 00000010 00000000 00000002 00000003 00000000 00000000 00000004 00000005 0000000a 00000006 00000000 00000000 00000000 00000000 00000007\n',
  'proc/sys/net/netfilter/nf_conntrack_count': '12\n',
  'proc/sys/net/netfilter/nf_conntrack_max': '65536\n',
  'proc/meminfo': 'MemTotal:       16 kB\nMemFree:    3 kB\nActive(anon):    2 kB\nHugePages_Total:       3\n',
};

function prefixed(place: string, values: Readonly<Record<string, string>>): FixtureFiles {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${place}/${name}`, `${value}\n`]));
}
