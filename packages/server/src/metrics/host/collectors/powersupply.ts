/** Batteries, chargers and mains from /sys/class/power_supply. Files are in millionths; temperatures in tenths of a degree. */
import type { HostFiles } from '../host-files.ts';
import { parseNumber } from '../host-files.ts';
import type { MetricText } from '../metric-text.ts';
import { labelText } from '../metric-text.ts';
import type { HostModule } from '../module.ts';
import { createNameFilter } from '../name-filter.ts';

/** Files whose metric has another name. */
const RENAMED: Readonly<Record<string, string>> = {
  charge_now: 'charge_ampere',
  current_now: 'current_ampere',
  cycle_count: 'cyclecount',
  energy_now: 'energy_watthour',
  power_now: 'power_watt',
  temp: 'temp_celsius',
  temp_alert_max: 'temp_alert_max_celsius',
  temp_alert_min: 'temp_alert_min_celsius',
  temp_ambient: 'temp_ambient_celsius',
  temp_ambient_max: 'temp_ambient_max_celsius',
  temp_ambient_min: 'temp_ambient_min_celsius',
  temp_max: 'temp_max_celsius',
  temp_min: 'temp_min_celsius',
  time_to_empty_now: 'time_to_empty_seconds',
  time_to_full_now: 'time_to_full_seconds',
  voltage_now: 'voltage_volt',
};

const PLAIN =
  /^(authentic|calibrate|capacity|capacity_alert_(max|min)|cycle_count|online|present|time_to_(empty|full)_now)$/;
const MILLIONTHS =
  /^(current_(boot|max|now)|energy_(empty|full)(_design)?|energy_now|voltage_(boot|(max|min)(_design)?|now|ocv)|charge_control_limit(_max)?|charge_counter|charge_(empty|full)(_design)?|charge_now|charge_term_current|constant_charge_(current|voltage)(_max)?|precharge_current|input_current_limit|power_now)$/;
const TENTHS = /^temp(_alert_(max|min)|_ambient(_max|_min)?|_max|_min)?$/;
const TEXTS = [
  'capacity_level',
  'charge_type',
  'health',
  'manufacturer',
  'model_name',
  'scope',
  'serial_number',
  'status',
  'technology',
  'type',
  'usb_type',
];

export const powersupplyModule: HostModule = {
  name: 'powersupplyclass',
  mayWait: true,
  create({ files, patterns }) {
    const isCollected = createNameFilter({ exclude: patterns.powerSupplyExclude });
    return async (out) => {
      const root = files.sys('class/power_supply');
      for (const name of files.listOrNoData(root, 'power supplies')) {
        if (isCollected(name)) await writeSupply(files, `${root}/${name}`, name, out);
      }
    };
  },
};

async function writeSupply(files: HostFiles, directory: string, name: string, out: MetricText): Promise<void> {
  const labels = labelText({ power_supply: name });
  const info: Record<string, string> = {};
  for (const file of files.list(directory)) {
    const divisor = divisorOf(file);
    if (divisor === undefined && !TEXTS.includes(file)) continue;
    const text = await files.readSlow(`${directory}/${file}`);
    if (text === undefined || text === '') continue;
    if (divisor === undefined) {
      info[file] = text;
      continue;
    }
    const value = parseNumber(text);
    if (value === undefined) continue;
    const help = `${file.replaceAll('_', ' ')} of a power supply.`;
    out.gauge(`node_power_supply_${RENAMED[file] ?? file}`, help).add(value / divisor, labels);
  }
  info['power_supply'] = name;
  const help = 'What is known of a power supply; the value is 1.';
  out.gauge('node_power_supply_info', help).add(1, labelText(sortedRecord(info)));
}

function divisorOf(file: string): number | undefined {
  if (PLAIN.test(file)) return 1;
  if (MILLIONTHS.test(file)) return 1e6;
  return TENTHS.test(file) ? 10 : undefined;
}

function sortedRecord(record: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
