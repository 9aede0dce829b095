/** The JavaScript heap of this thread. */
import { builtin } from '../../lib/builtin.ts';
import type { Registry } from '../registry.ts';
import type { RuntimePart } from './runtime.ts';

export function heapMetrics(registry: Registry, prefix: string): RuntimePart {
  const gauge = (name: string, help: string) =>
    registry.gauge(`${prefix}nodejs_${name}_bytes`, help, { unit: 'bytes' });
  const total = gauge('heap_size_total', 'Process heap size from Node.js in bytes.');
  const used = gauge('heap_size_used', 'Process heap size used from Node.js in bytes.');
  const external = gauge('external_memory', 'Node.js external memory size in bytes.');
  const space = (part: string) =>
    registry.gauge(
      `${prefix}nodejs_heap_space_size_${part}_bytes`,
      `Process heap space size ${part} from Node.js in bytes.`,
      { labels: ['space'], unit: 'bytes' },
    );
  const spaceTotal = space('total');
  const spaceUsed = space('used');
  const spaceAvailable = space('available');
  return {
    collect() {
      const memory = process.memoryUsage();
      total.set(memory.heapTotal);
      used.set(memory.heapUsed);
      external.set(memory.external);
    },
    read() {
      for (const statistics of builtin('node:v8').getHeapSpaceStatistics()) {
        const labels = { space: statistics.space_name.replace(/_space$/, '') };
        spaceTotal.set(labels, statistics.space_size);
        spaceUsed.set(labels, statistics.space_used_size);
        spaceAvailable.set(labels, statistics.space_available_size);
      }
    },
  };
}
