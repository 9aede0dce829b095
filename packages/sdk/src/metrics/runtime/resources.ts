/** What keeps the event loop alive: handles, requests, resources, by type. */
import type { Registry } from '../registry.ts';
import type { Gauge } from '../types.ts';
import type { RuntimePart } from './runtime.ts';

/** Node's own functions that have no declaration. */
interface Undeclared {
  _getActiveHandles?(): object[];
  _getActiveRequests?(): object[];
}

interface Group {
  readonly byType: Gauge<'type'>;
  readonly total: Gauge;
  list(): string[];
}

export function resourceMetrics(registry: Registry, prefix: string): RuntimePart {
  const undeclared = process as unknown as Undeclared;
  const typeOf = (value: object) => value.constructor?.name ?? 'Object';
  const group = (name: string, byType: string, total: string, list: () => string[]): Group => ({
    byType: registry.gauge(`${prefix}nodejs_active_${name}`, byType, { labels: ['type'] }),
    total: registry.gauge(`${prefix}nodejs_active_${name}_total`, total),
    list,
  });
  const groups = [
    group(
      'resources',
      'Number of active resources that are currently keeping the event loop alive, grouped by async resource type.',
      'Total number of active resources.',
      () => process.getActiveResourcesInfo(),
    ),
    group(
      'handles',
      'Number of active libuv handles grouped by handle type. Every handle type is C++ class name.',
      'Total number of active handles.',
      () => undeclared._getActiveHandles?.().map(typeOf) ?? [],
    ),
    group(
      'requests',
      'Number of active libuv requests grouped by request type. Every request type is C++ class name.',
      'Total number of active requests.',
      () => undeclared._getActiveRequests?.().map(typeOf) ?? [],
    ),
  ];
  return {
    read() {
      for (const each of groups) readGroup(each);
    },
  };
}

function readGroup({ byType, total, list }: Group): void {
  const types = list();
  const counts = new Map<string, number>();
  for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1);
  byType.reset();
  for (const [type, count] of counts) byType.set({ type }, count);
  total.set(types.length);
}
