/**
 * Sensors of /sys/class/hwmon: temperatures, fans, voltages, currents, power. Names and scales follow the kernel's
 * hwmon/sysfs-interface document: a file is `<type><number>_<element>`, in thousandths or millionths of its unit.
 */
import { realpath } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { HostFiles } from '../host-files.ts';
import { isErrno, parseNumber } from '../host-files.ts';
import type { FamilyType, MetricText } from '../metric-text.ts';
import { labelText } from '../metric-text.ts';
import type { HostModule } from '../module.ts';

/** `type`, number and element in a file name; the types that are sensors. */
const SENSOR_FILE =
  /^(vrm|beep_enable|update_interval|in|cpu|fan|pwm|temp|curr|power|energy|humidity|intrusion|freq)(\d*)(?:_(.+))?$/;

const AVERAGE_INTERVAL = /^average_interval(_min|_max)?$/;
const RPM_ELEMENTS = new Set(['input', 'min', 'max', 'target']);

/** Values of one sensor by element; the empty element is the file without one (`pwm1`). */
type Sensor = Map<string, string>;

export const hwmonModule: HostModule = {
  name: 'hwmon',
  mayWait: true,
  create({ files }) {
    return async (out) => {
      for (const chip of files.listOrNoData(files.sys('class/hwmon'), 'hardware sensors')) {
        await writeChip(files, files.sys('class/hwmon', chip), out);
      }
    };
  },
};

async function writeChip(files: HostFiles, directory: string, out: MetricText): Promise<void> {
  const sensors = new Map<string, { type: string; values: Sensor }>();
  // Old drivers keep the sensors in the directory of the device.
  for (const place of [directory, `${directory}/device`]) await readSensors(files, place, sensors);
  const humanName = clean((await files.readSlow(`${directory}/name`)) ?? '');
  const chip = await chipName(directory, humanName);
  if (humanName !== '') {
    const help = 'The name a driver gives its chip; the value is 1.';
    out.gauge('node_hwmon_chip_names', help).add(1, labelText({ chip, chip_name: humanName }));
  }
  for (const [sensor, { type, values }] of sensors) {
    const label = values.get('label');
    if (label !== undefined) {
      const help = 'What a sensor measures, in words; the value is 1.';
      out.gauge('node_hwmon_sensor_label', help).add(1, labelText({ chip, label, sensor }));
    }
    for (const [element, text] of values) {
      const value = parseNumber(text);
      if (element === 'label' || value === undefined) continue;
      const known = describe(type, element, values);
      const sensorName = type === 'freq' && label !== undefined ? clean(label) : sensor;
      if (known === undefined) continue;
      const family = out.family(known.name, known.type ?? 'gauge', known.help);
      family.add(value / known.divisor, labelText({ chip, sensor: sensorName }));
    }
  }
}

async function readSensors(
  files: HostFiles,
  directory: string,
  sensors: Map<string, { type: string; values: Sensor }>,
): Promise<void> {
  for (const file of files.list(directory)) {
    const match = SENSOR_FILE.exec(file);
    if (match === null) continue;
    const [, type = '', number = '', element = ''] = match;
    const value = await files.readSlow(`${directory}/${file}`);
    if (value === undefined) continue;
    const name = `${type}${number === '' ? '0' : Number(number)}`;
    let sensor = sensors.get(name);
    if (sensor === undefined) {
      sensor = { type, values: new Map() };
      sensors.set(name, sensor);
    }
    sensor.values.set(element, value);
  }
}

interface Described {
  readonly name: string;
  readonly help: string;
  readonly divisor: number;
  readonly type?: FamilyType;
}

/** The metric of one file, or undefined for a frequency that is not the current one of a labelled sensor. */
function describe(type: string, element: string, values: Sensor): Described | undefined {
  if (type === 'beep_enable')
    return { name: 'node_hwmon_beep_enabled', help: 'Whether the chip may beep.', divisor: 1 };
  if (type === 'vrm') {
    return { name: 'node_hwmon_voltage_regulator_version', help: 'Version of the voltage regulator.', divisor: 1 };
  }
  if (type === 'update_interval') {
    const help = 'How often the chip measures, in seconds.';
    return { name: 'node_hwmon_update_interval_seconds', help, divisor: 1000 };
  }
  // The input is the value itself, unless there is also a file without an element (pwm1 beside pwm1_input).
  const isPlain = element === '' || (element === 'input' && !values.has(''));
  const name = `node_hwmon_${type}${isPlain ? '' : `_${clean(element)}`}`;
  const what = `${type} sensor, ${element === '' ? 'value' : element.replaceAll('_', ' ')}`;
  if (element === 'fault' || element === 'alarm') return { name, help: `${what}: 1 when raised.`, divisor: 1 };
  if (element === 'beep') return { name: `${name}_enabled`, help: `${what}: whether it beeps.`, divisor: 1 };
  if (type === 'freq') {
    if (element !== 'input' || !values.has('label')) return undefined;
    return { name: `${name}_freq_mhz`, help: `${what}, in megahertz.`, divisor: 1e6 };
  }
  return withUnit(type, element, name, what);
}

function withUnit(type: string, element: string, name: string, what: string): Described {
  switch (type) {
    case 'in':
    case 'cpu':
      return { name: `${name}_volts`, help: `${what}, in volts.`, divisor: 1000 };
    case 'temp':
      if (element === 'type') break;
      return { name: `${name}_celsius`, help: `${what}, in degrees Celsius.`, divisor: 1000 };
    case 'curr':
      return { name: `${name}_amps`, help: `${what}, in amperes.`, divisor: 1000 };
    case 'energy':
      return { name: `${name}_joule_total`, help: `${what}, in joules.`, divisor: 1e6, type: 'counter' };
    case 'power':
      if (element === 'accuracy') return { name, help: `${what}, as a ratio.`, divisor: 1e6 };
      if (AVERAGE_INTERVAL.test(element))
        return { name: `${name}_seconds`, help: `${what}, in seconds.`, divisor: 1000 };
      return { name: `${name}_watt`, help: `${what}, in watts.`, divisor: 1e6 };
    case 'humidity':
      return { name, help: `${what}, as a ratio.`, divisor: 1e6 };
    case 'fan':
      if (RPM_ELEMENTS.has(element))
        return { name: `${name}_rpm`, help: `${what}, in rotations a minute.`, divisor: 1 };
      break;
  }
  return { name, help: `${what}.`, divisor: 1 };
}

/** From the place of the device, which stays the same when drivers are loaded in another order. */
async function chipName(directory: string, humanName: string): Promise<string> {
  const device = await resolve(`${directory}/device`);
  if (device !== undefined) {
    const names = [clean(basename(dirname(device))), clean(basename(device))].filter((name) => name !== '');
    if (names.length > 0) return names.join('_');
  }
  if (humanName !== '') return humanName;
  return clean(basename((await resolve(directory)) ?? directory));
}

async function resolve(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    if (isErrno(error)) return undefined;
    throw error;
  }
}

function clean(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9:_]/g, '_')
    .replace(/^_+|_+$/g, '');
}
