/** Sensors, power, watchdogs, firmware: what the machine that runs the tests has not. */
import { expect, test } from 'vitest';
import { fixtureHost } from '../testing/fixture-host.ts';

test('hwmon names the chip after its device and scales by the kind of sensor', async () => {
  const host = fixtureHost({
    'sys/devices/platform/coretemp.0/hwmon/hwmon0/name': 'coretemp\n',
    'sys/devices/platform/coretemp.0/hwmon/hwmon0/device': '-> ../../../coretemp.0',
    'sys/devices/platform/coretemp.0/hwmon/hwmon0/temp1_input': '51000\n',
    'sys/devices/platform/coretemp.0/hwmon/hwmon0/temp1_label': 'Core 0\n',
    'sys/devices/platform/coretemp.0/hwmon/hwmon0/temp1_crit': '100000\n',
    'sys/devices/platform/coretemp.0/hwmon/hwmon0/temp1_crit_alarm': '0\n',
    'sys/devices/platform/coretemp.0/hwmon/hwmon0/temp1_alarm': '1\n',
    'sys/devices/platform/coretemp.0/hwmon/hwmon0/fan1_input': '1200\n',
    'sys/devices/platform/coretemp.0/hwmon/hwmon0/fan1_div': '2\n',
    'sys/devices/platform/coretemp.0/hwmon/hwmon0/in0_input': '1048\n',
    'sys/devices/platform/coretemp.0/hwmon/hwmon0/power1_average': '15500000\n',
    'sys/devices/platform/coretemp.0/hwmon/hwmon0/power1_average_interval': '1000\n',
    'sys/devices/platform/coretemp.0/hwmon/hwmon0/energy1_input': '2500000\n',
    'sys/devices/platform/coretemp.0/hwmon/hwmon0/pwm1': '128\n',
    'sys/devices/platform/coretemp.0/hwmon/hwmon0/pwm1_enable': '2\n',
    'sys/devices/platform/coretemp.0/hwmon/hwmon0/update_interval': '500\n',
    'sys/devices/platform/coretemp.0/hwmon/hwmon0/temp2_input': 'broken\n',
    'sys/class/hwmon/hwmon0': '-> ../../devices/platform/coretemp.0/hwmon/hwmon0',
  });
  const chip = 'chip="platform_coretemp_0"';
  expect(await host.samples('hwmon')).toEqual([
    `node_hwmon_chip_names{${chip},chip_name="coretemp"} 1`,
    `node_hwmon_energy_joule_total{${chip},sensor="energy1"} 2.5`,
    `node_hwmon_fan_div{${chip},sensor="fan1"} 2`,
    `node_hwmon_fan_rpm{${chip},sensor="fan1"} 1200`,
    `node_hwmon_in_volts{${chip},sensor="in0"} 1.048`,
    `node_hwmon_power_average_interval_seconds{${chip},sensor="power1"} 1`,
    `node_hwmon_power_average_watt{${chip},sensor="power1"} 15.5`,
    `node_hwmon_pwm_enable{${chip},sensor="pwm1"} 2`,
    `node_hwmon_pwm{${chip},sensor="pwm1"} 128`,
    `node_hwmon_sensor_label{${chip},label="Core 0",sensor="temp1"} 1`,
    `node_hwmon_temp_alarm{${chip},sensor="temp1"} 1`,
    `node_hwmon_temp_celsius{${chip},sensor="temp1"} 51`,
    `node_hwmon_temp_crit_alarm_celsius{${chip},sensor="temp1"} 0`,
    `node_hwmon_temp_crit_celsius{${chip},sensor="temp1"} 100`,
    `node_hwmon_update_interval_seconds{${chip},sensor="update_interval0"} 0.5`,
  ]);
});

test('hwmon falls back to the name of the driver, and to the directory', async () => {
  const host = fixtureHost({
    'sys/class/hwmon/hwmon3/name': 'Nct6775 \n',
    'sys/class/hwmon/hwmon3/temp1_input': '1000\n',
    'sys/class/hwmon/hwmon4/temp1_input': '2000\n',
  });
  expect(await host.samples('hwmon')).toEqual([
    'node_hwmon_chip_names{chip="nct6775",chip_name="nct6775"} 1',
    'node_hwmon_temp_celsius{chip="hwmon4",sensor="temp1"} 2',
    'node_hwmon_temp_celsius{chip="nct6775",sensor="temp1"} 1',
  ]);
});

test('thermal reports zones and cooling devices', async () => {
  const host = fixtureHost({
    'sys/class/thermal/thermal_zone0/type': 'x86_pkg_temp\n',
    'sys/class/thermal/thermal_zone0/temp': '45500\n',
    'sys/class/thermal/thermal_zone1/type': 'asleep\n',
    'sys/class/thermal/cooling_device2/type': 'Processor\n',
    'sys/class/thermal/cooling_device2/cur_state': '1\n',
    'sys/class/thermal/cooling_device2/max_state': '10\n',
  });
  expect(await host.samples('thermal_zone')).toEqual([
    'node_cooling_device_cur_state{name="2",type="Processor"} 1',
    'node_cooling_device_max_state{name="2",type="Processor"} 10',
    'node_thermal_zone_temp{type="x86_pkg_temp",zone="0"} 45.5',
  ]);
});

test('power supplies scale millionths and tenths, and gather the texts', async () => {
  const host = fixtureHost({
    'sys/class/power_supply/AC/online': '1\n',
    'sys/class/power_supply/AC/type': 'Mains\n',
    'sys/class/power_supply/BAT0/capacity': '81\n',
    'sys/class/power_supply/BAT0/cycle_count': '40\n',
    'sys/class/power_supply/BAT0/energy_now': '36580000\n',
    'sys/class/power_supply/BAT0/energy_full_design': '47520000\n',
    'sys/class/power_supply/BAT0/power_now': '4830000\n',
    'sys/class/power_supply/BAT0/voltage_now': '11660000\n',
    'sys/class/power_supply/BAT0/temp': '254\n',
    'sys/class/power_supply/BAT0/status': 'Discharging\n',
    'sys/class/power_supply/BAT0/manufacturer': 'A "B"\n',
    'sys/class/power_supply/BAT0/uevent': 'X=1\n',
  });
  expect(await host.samples('powersupplyclass')).toEqual([
    'node_power_supply_capacity{power_supply="BAT0"} 81',
    'node_power_supply_cyclecount{power_supply="BAT0"} 40',
    'node_power_supply_energy_full_design{power_supply="BAT0"} 47.52',
    'node_power_supply_energy_watthour{power_supply="BAT0"} 36.58',
    'node_power_supply_info{manufacturer="A \\"B\\"",power_supply="BAT0",status="Discharging"} 1',
    'node_power_supply_info{power_supply="AC",type="Mains"} 1',
    'node_power_supply_online{power_supply="AC"} 1',
    'node_power_supply_power_watt{power_supply="BAT0"} 4.83',
    'node_power_supply_temp_celsius{power_supply="BAT0"} 25.4',
    'node_power_supply_voltage_volt{power_supply="BAT0"} 11.66',
  ]);
});

test('rapl numbers zones by their own number or in order', async () => {
  const zone = (directory: string, name: string, micros: number): Record<string, string> => ({
    [`sys/class/powercap/${directory}/name`]: `${name}\n`,
    [`sys/class/powercap/${directory}/max_energy_range_uj`]: '262143328850\n',
    [`sys/class/powercap/${directory}/energy_uj`]: `${micros}\n`,
  });
  const host = fixtureHost({
    'sys/class/powercap/intel-rapl/enabled': '1\n',
    ...zone('intel-rapl:0', 'package-0', 2_500_000),
    ...zone('intel-rapl:0:0', 'core', 1_000_000),
    ...zone('intel-rapl:1:0', 'core', 3_000_000),
  });
  const path = 'path="/fixture/sys/class/powercap';
  expect(await host.samples('rapl')).toEqual([
    `node_rapl_core_joules_total{index="0",${path}/intel-rapl:0:0"} 1`,
    `node_rapl_core_joules_total{index="1",${path}/intel-rapl:1:0"} 3`,
    `node_rapl_package_joules_total{index="0",${path}/intel-rapl:0"} 2.5`,
  ]);
});

test('edac counts errors by controller and row', async () => {
  const place = 'sys/devices/system/edac/mc';
  const host = fixtureHost({
    [`${place}/mc0/ce_count`]: '1\n',
    [`${place}/mc0/ue_count`]: '5\n',
    [`${place}/mc0/ce_noinfo_count`]: '2\n',
    [`${place}/mc0/ue_noinfo_count`]: '6\n',
    [`${place}/mc0/csrow0/ce_count`]: '3\n',
    [`${place}/mc0/csrow0/ue_count`]: '4\n',
    [`${place}/power/control`]: 'auto\n',
  });
  expect(await host.samples('edac')).toEqual([
    'node_edac_correctable_errors_total{controller="0"} 1',
    'node_edac_csrow_correctable_errors_total{controller="0",csrow="0"} 3',
    'node_edac_csrow_correctable_errors_total{controller="0",csrow="unknown"} 2',
    'node_edac_csrow_uncorrectable_errors_total{controller="0",csrow="0"} 4',
    'node_edac_csrow_uncorrectable_errors_total{controller="0",csrow="unknown"} 6',
    'node_edac_uncorrectable_errors_total{controller="0"} 5',
  ]);
});

test('dmi passes on what the firmware lets be read', async () => {
  const host = fixtureHost({
    'sys/class/dmi/id/sys_vendor': 'Maker\n',
    'sys/class/dmi/id/product_name': 'Box 9\n',
    'sys/class/dmi/id/uevent': 'x\n',
  });
  expect(await host.samples('dmi')).toEqual(['node_dmi_info{product_name="Box 9",system_vendor="Maker"} 1']);
});

test('watchdog reports its times and texts', async () => {
  const host = fixtureHost({
    'sys/class/watchdog/watchdog0/timeout': '60\n',
    'sys/class/watchdog/watchdog0/timeleft': '42\n',
    'sys/class/watchdog/watchdog0/bootstatus': '1\n',
    'sys/class/watchdog/watchdog0/identity': 'Software Watchdog\n',
    'sys/class/watchdog/watchdog0/state': 'active\n',
  });
  expect(await host.samples('watchdog')).toEqual([
    'node_watchdog_bootstatus{name="watchdog0"} 1',
    'node_watchdog_info{name="watchdog0",identity="Software Watchdog",options="",pretimeout_governor="",state="active",status=""} 1',
    'node_watchdog_timeleft_seconds{name="watchdog0"} 42',
    'node_watchdog_timeout_seconds{name="watchdog0"} 60',
  ]);
});

test('selinux tells configured and current mode apart', async () => {
  const off = fixtureHost({});
  expect(await off.samples('selinux')).toEqual(['node_selinux_enabled 0']);
  const on = fixtureHost({
    'sys/fs/selinux/enforce': '0',
    'root/etc/selinux/config': '# SELINUX=disabled\nSELINUX=enforcing\nSELINUXTYPE=targeted\n',
  });
  expect(await on.samples('selinux')).toEqual([
    'node_selinux_config_mode 1',
    'node_selinux_current_mode 0',
    'node_selinux_enabled 1',
  ]);
});
