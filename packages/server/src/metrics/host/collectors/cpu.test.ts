import { expect, test } from 'vitest';
import { fixtureHost } from '../testing/fixture-host.ts';

const stat = (cpu0: string): string => `cpu  999 9 9 9 9 9 9 9 9 9\ncpu0 ${cpu0}\nintr 12 0\n`;

test('turns ticks into seconds by mode, guests apart', async () => {
  const host = fixtureHost({ 'proc/stat': stat('150 20 300 4000 50 6 70 8 90 10') });
  expect(await host.samples('cpu')).toEqual([
    'node_cpu_guest_seconds_total{cpu="0",mode="nice"} 0.1',
    'node_cpu_guest_seconds_total{cpu="0",mode="user"} 0.9',
    'node_cpu_seconds_total{cpu="0",mode="idle"} 40',
    'node_cpu_seconds_total{cpu="0",mode="iowait"} 0.5',
    'node_cpu_seconds_total{cpu="0",mode="irq"} 0.06',
    'node_cpu_seconds_total{cpu="0",mode="nice"} 0.2',
    'node_cpu_seconds_total{cpu="0",mode="softirq"} 0.7',
    'node_cpu_seconds_total{cpu="0",mode="steal"} 0.08',
    'node_cpu_seconds_total{cpu="0",mode="system"} 3',
    'node_cpu_seconds_total{cpu="0",mode="user"} 1.5',
  ]);
});

test('never lets a counter fall by the small steps the kernel makes', async () => {
  const host = fixtureHost({ 'proc/stat': stat('100 0 0 1000 50 0 0 0 0 0') });
  await host.samples('cpu');
  host.write({ 'proc/stat': stat('101 0 0 990 40 0 0 0 0 0') });
  const samples = await host.samples('cpu');
  expect(samples).toContain('node_cpu_seconds_total{cpu="0",mode="idle"} 10');
  expect(samples).toContain('node_cpu_seconds_total{cpu="0",mode="iowait"} 0.5');
  expect(samples).toContain('node_cpu_seconds_total{cpu="0",mode="user"} 1.01');
});

test('starts anew for a core that was replugged', async () => {
  const host = fixtureHost({ 'proc/stat': stat('100 0 0 1000 50 0 0 0 0 0') });
  await host.samples('cpu');
  host.write({ 'proc/stat': stat('3 0 0 20 1 0 0 0 0 0') });
  const samples = await host.samples('cpu');
  expect(samples).toContain('node_cpu_seconds_total{cpu="0",mode="idle"} 0.2');
  expect(samples).toContain('node_cpu_seconds_total{cpu="0",mode="user"} 0.03');
});

test('reports isolated cores and each core and package throttled once', async () => {
  const throttled = (cpu: number, core: number, count: number): Record<string, string> => ({
    [`sys/devices/system/cpu/cpu${cpu}/topology/physical_package_id`]: '0\n',
    [`sys/devices/system/cpu/cpu${cpu}/topology/core_id`]: `${core}\n`,
    [`sys/devices/system/cpu/cpu${cpu}/thermal_throttle/core_throttle_count`]: `${count}\n`,
    [`sys/devices/system/cpu/cpu${cpu}/thermal_throttle/package_throttle_count`]: '7\n',
  });
  const host = fixtureHost({
    'proc/stat': '',
    'sys/devices/system/cpu/isolated': '2-3,5\n',
    ...throttled(0, 0, 5),
    ...throttled(1, 1, 6),
    ...throttled(2, 0, 5),
  });
  expect(await host.samples('cpu')).toEqual([
    'node_cpu_core_throttles_total{core="0",package="0"} 5',
    'node_cpu_core_throttles_total{core="1",package="0"} 6',
    'node_cpu_isolated{cpu="2"} 1',
    'node_cpu_isolated{cpu="3"} 1',
    'node_cpu_isolated{cpu="5"} 1',
    'node_cpu_package_throttles_total{package="0"} 7',
  ]);
});

test('reports frequencies in hertz and the governor in use', async () => {
  const host = fixtureHost({
    'sys/devices/system/cpu/cpu0/cpufreq/scaling_governor': 'powersave\n',
    'sys/devices/system/cpu/cpu0/cpufreq/scaling_available_governors': 'performance powersave\n',
    'sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq': '1200000\n',
    'sys/devices/system/cpu/cpu0/cpufreq/scaling_min_freq': '800000\n',
    'sys/devices/system/cpu/cpu0/cpufreq/scaling_max_freq': '3400000\n',
    'sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq': '4000000\n',
    'sys/devices/system/cpu/cpufreq/boost': '1\n',
  });
  expect(await host.samples('cpufreq')).toEqual([
    'node_cpu_frequency_max_hertz{cpu="0"} 4000000000',
    'node_cpu_scaling_frequency_hertz{cpu="0"} 1200000000',
    'node_cpu_scaling_frequency_max_hertz{cpu="0"} 3400000000',
    'node_cpu_scaling_frequency_min_hertz{cpu="0"} 800000000',
    'node_cpu_scaling_governor{cpu="0",governor="performance"} 0',
    'node_cpu_scaling_governor{cpu="0",governor="powersave"} 1',
  ]);
});
