/** Pressure stall information: how long tasks waited for CPU, memory, I/O and interrupts. The kernel counts microseconds. */
import { noData } from '../errors.ts';
import type { HostModule } from '../module.ts';

const FILES = ['cpu', 'io', 'memory', 'irq'];
const TOTALS = { some: /^some .*total=(\d+)/m, full: /^full .*total=(\d+)/m };

/** `some` is time in which a task waited, `full` time in which all did. The kernel has no useful `full` for the CPU. */
const SOURCES: readonly (readonly [file: string, line: keyof typeof TOTALS, metric: string, help: string])[] = [
  ['cpu', 'some', 'cpu_waiting', 'Time in which some task waited for a CPU, in seconds.'],
  ['io', 'some', 'io_waiting', 'Time in which some task waited for I/O, in seconds.'],
  ['io', 'full', 'io_stalled', 'Time in which no task could run because of I/O, in seconds.'],
  ['memory', 'some', 'memory_waiting', 'Time in which some task waited for memory, in seconds.'],
  ['memory', 'full', 'memory_stalled', 'Time in which no task could run because of memory, in seconds.'],
  ['irq', 'full', 'irq_stalled', 'Time in which no task could run because of interrupts, in seconds.'],
];

export const pressureModule: HostModule = {
  name: 'pressure',
  create({ files }) {
    return (out) => {
      if (!files.has(files.proc('pressure/cpu'))) throw noData('pressure stall information');
      const texts = new Map(FILES.map((file) => [file, files.readOptional(files.proc('pressure', file)) ?? '']));
      for (const [file, line, metric, help] of SOURCES) {
        const micros = TOTALS[line].exec(texts.get(file) ?? '')?.[1];
        if (micros === undefined) continue;
        out.counter(`node_pressure_${metric}_seconds_total`, help).add(Number(micros) / 1e6);
      }
    };
  },
};
