/** CPU time by core and mode from /proc/stat, and how often cores and packages were throttled for heat. Ticks are 1/100 s. */
import type { HostFiles } from '../host-files.ts';
import type { MetricText } from '../metric-text.ts';
import { labelText } from '../metric-text.ts';
import type { HostModule } from '../module.ts';

const TICKS_PER_SECOND = 100;
/** The order of the columns after `cpuN`. */
const MODES = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'] as const;
const IDLE = 3;
const GUEST = 8;
const GUEST_NICE = 9;
/** An idle counter that falls by more than this means that the core was replugged and counts anew. */
const REPLUG_SECONDS = 3;

export const cpuModule: HostModule = {
  name: 'cpu',
  create({ files }) {
    const highest = new Map<string, number[]>();
    return (out) => {
      writeTimes(files, highest, out);
      writeIsolated(files, out);
      writeThrottles(files, out);
    };
  },
};

/** The kernel's idle and iowait can step back by a tick; a counter must not, so the highest value seen stands. */
function writeTimes(files: HostFiles, highest: Map<string, number[]>, out: MetricText): void {
  const seconds = out.counter('node_cpu_seconds_total', 'Time a CPU has spent in each mode, in seconds.');
  const guest = out.counter('node_cpu_guest_seconds_total', 'Time a CPU has run guests, by mode, in seconds.');
  const present = new Set<string>();
  for (const line of files.read(files.proc('stat')).split('\n')) {
    const match = /^cpu(\d+) +(.*)$/.exec(line);
    if (match === null) continue;
    const [, cpu = '', columns = ''] = match;
    present.add(cpu);
    const now = columns.split(' ').map((ticks) => Number(ticks) / TICKS_PER_SECOND);
    const before = highest.get(cpu);
    const replugged = before !== undefined && (before[IDLE] ?? 0) - (now[IDLE] ?? 0) >= REPLUG_SECONDS;
    const times = before === undefined || replugged ? now : now.map((value, i) => Math.max(value, before[i] ?? 0));
    highest.set(cpu, times);
    for (const [i, mode] of MODES.entries()) seconds.add(times[i] ?? 0, labelText({ cpu, mode }));
    guest.add(times[GUEST] ?? 0, labelText({ cpu, mode: 'user' }));
    guest.add(times[GUEST_NICE] ?? 0, labelText({ cpu, mode: 'nice' }));
  }
  for (const cpu of highest.keys()) if (!present.has(cpu)) highest.delete(cpu);
}

function writeIsolated(files: HostFiles, out: MetricText): void {
  const isolated = out.gauge('node_cpu_isolated', 'A CPU that the scheduler leaves alone (isolcpus).');
  const list = files.readOptional(files.sys('devices/system/cpu/isolated'))?.trim() ?? '';
  for (const part of list === '' ? [] : list.split(',')) {
    const [first = '', last = first] = part.split('-');
    for (let cpu = Number(first); cpu <= Number(last); cpu++) isolated.add(1, labelText({ cpu: String(cpu) }));
  }
}

function writeThrottles(files: HostFiles, out: MetricText): void {
  const core = out.counter('node_cpu_core_throttles_total', 'Times a core was slowed down because it was too hot.');
  const packages = out.counter('node_cpu_package_throttles_total', 'Times a package was slowed down because of heat.');
  const seen = new Set<string>();
  for (const cpu of files.list(files.sys('devices/system/cpu'))) {
    if (!/^cpu\d+$/.test(cpu)) continue;
    const directory = files.sys('devices/system/cpu', cpu);
    // Only x86 on metal has the counters; without them there is no reason to read the topology of hundreds of cores.
    if (!files.has(`${directory}/thermal_throttle`)) continue;
    const packageId = files.readOptional(`${directory}/topology/physical_package_id`)?.trim();
    const coreId = files.readOptional(`${directory}/topology/core_id`)?.trim();
    if (packageId === undefined || coreId === undefined) continue;
    if (!seen.has(`${packageId}/${coreId}`)) {
      seen.add(`${packageId}/${coreId}`);
      const coreCount = files.readNumber(`${directory}/thermal_throttle/core_throttle_count`);
      if (coreCount !== undefined) core.add(coreCount, labelText({ core: coreId, package: packageId }));
    }
    if (seen.has(packageId)) continue;
    const packageCount = files.readNumber(`${directory}/thermal_throttle/package_throttle_count`);
    if (packageCount === undefined) continue;
    seen.add(packageId);
    packages.add(packageCount, labelText({ package: packageId }));
  }
}
