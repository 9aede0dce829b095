import { expect, test } from 'vitest';
import type { HttpInput } from '../../lib/http.ts';
import { openapiDocument } from './openapi.ts';
import { type SystemOptions, systemRoutes } from './system.ts';

const STATS = {
  activeSeries: 1,
  seriesLimit: 2,
  queuedSamples: 0,
  queueLimit: 1,
  storedSamples: 4,
  bytesOnDisk: 8,
  partCount: 1,
  oldestMs: undefined,
  newestMs: 5,
  retentionMs: 0,
  seriesByMetric: [{ name: 'up', value: 1 }],
  seriesByPair: [],
  valuesByLabel: [],
  tables: [{ table: 'a', rows: 1, bytes: 2, parts: 3 }],
};

const options = {
  metrics: { stats: async () => STATS },
  ingest: () => ({
    nowMs: 1,
    sources: [
      { kind: 'host', samplesTotal: 1, samplesPerSecond: 1, firstSeenMs: 1, lastSeenMs: null, lastError: null },
    ],
    rejected: [{ source: 'a', reason: 'b', count: 1 }],
  }),
  pools: () => [
    {
      pool: 'a',
      targets: [
        {
          url: 'u',
          samplesScraped: 1,
          samplesKept: 1,
          bodyBytes: 1,
          seriesAdded: 1,
          recent: [{ atMs: 1, durationMs: 1, error: null }],
        },
      ],
    },
  ],
  loop: { lag: () => ({ p99Seconds: 0.5 }), stop: () => undefined },
  version: { version: '1.2.3', revision: 'abc', buildDate: '' },
  startedMs: 1,
  backend: 'chdb',
  location: '/data',
  dataDirectory: undefined,
  config: () => ({ configFile: 'x', configLoadedMs: 1, configError: null }),
} as unknown as SystemOptions;

interface Schema {
  readonly type: string | readonly string[];
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** Every mismatch of a value and a schema; a property that the schema does not know is one too. */
function mismatches(value: unknown, schema: Schema, path: string): string[] {
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  if (![schema.type].flat().includes(type)) return [`${path} is ${type}, not ${String(schema.type)}`];
  if (schema.enum !== undefined && !schema.enum.includes(value as string)) return [`${path} is not in the list`];
  if (Array.isArray(value)) {
    return value.flatMap((item, i) => mismatches(item, schema.items as Schema, `${path}[${i}]`));
  }
  if (type !== 'object' || schema.properties === undefined) return [];
  const { properties } = schema;
  const object = value as Record<string, unknown>;
  const missing = Object.keys(properties).filter((name) => !(name in object));
  const extra = Object.keys(object).filter((name) => !(name in properties));
  return [
    ...missing.map((name) => `${path}.${name} is missing`),
    ...extra.map((name) => `${path}.${name} is not described`),
    ...Object.keys(properties).flatMap((name) =>
      name in object ? mismatches(object[name], properties[name] as Schema, `${path}.${name}`) : [],
    ),
  ];
}

test('the document describes exactly the routes, and the answers are as it says', async () => {
  const routes = systemRoutes(options);
  const { paths } = openapiDocument('1.2.3') as unknown as {
    paths: Record<string, { get: { responses: { 200: { content: { 'application/json': { schema: Schema } } } } } }>;
  };
  expect(routes.map((route) => route.path).sort()).toEqual(Object.keys(paths).sort());
  for (const { path, handler } of routes) {
    const { body } = await handler({} as HttpInput);
    const schema = paths[path]?.get.responses[200].content['application/json'].schema as Schema;
    expect(mismatches(JSON.parse(body as string), schema, path)).toEqual([]);
  }
});
