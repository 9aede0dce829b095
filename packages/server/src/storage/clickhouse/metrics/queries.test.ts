import { Matcher } from '@sightline/model';
import { describe, expect, test } from 'vitest';
import { readMigrations, renderDdl } from '../migrations.ts';
import * as queries from './queries.ts';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 5, 15, 12);

/** Every statement that storage can build, pinned: a change of one of them must be seen. */
describe('statements', () => {
  test('the schema', async () => {
    const text = readMigrations().map(({ name, sql }) => `-- ${name}\n${renderDdl(sql)}`);
    await expect(`${text.join('\n\n')}\n`).toMatchFileSnapshot('snapshots/schema.sql');
  });

  test('queries and drops', async () => {
    const matchers = [
      new Matcher('__name__', '=', "it's"),
      new Matcher('job', '!=', 'a\\b'),
      new Matcher('path', '=~', '/api/.*\n'),
      new Matcher('env', '!~', 'prod|dev'),
    ];
    const metrics = [1, 2];
    const statements: Record<string, string> = {
      'rows of series since a day': queries.countSeriesRowsSql(20_600),
      'samples of a day': queries.samplesSql({ metrics, ids: [7, 8], startMs: NOON - 24 * HOUR, endMs: NOON }),
      'samples of whole metrics': queries.samplesSql({ metrics, ids: undefined, startMs: -1, endMs: NOON }),
      'samples of five minutes': queries.samplesSql({
        metrics,
        ids: [7],
        startMs: NOON + 60_000,
        endMs: NOON + 360_000,
      }),
      'samples across two hours': queries.samplesSql({
        metrics,
        ids: [7],
        startMs: NOON - 60_000,
        endMs: NOON + 60_000,
      }),
      'samples of many series': queries.samplesSql({
        metrics,
        ids: Array.from({ length: 100 }, (_, i) => i),
        startMs: NOON - 24 * HOUR,
        endMs: NOON,
      }),
      'load series': queries.loadSeriesSql(20_600, 1_000),
      'count series': queries.countSeriesByLastDaySql(20_600),
      'match series': queries.matchSeriesSql(matchers, 20_600, 20_601, 10),
      exemplars: queries.exemplarsSql([7, 8], NOON - 1_000, NOON, 5),
      metadata: queries.METADATA_SQL,
      tables: queries.TABLES_SQL,
      'count samples': queries.SAMPLE_COUNT_SQL,
      'old partitions': queries.partitionsBeforeSql(20_600),
      'drop partition': queries.dropPartitionSql('metric_samples', '20260601'),
    };
    const text = Object.entries(statements).map(([name, sql]) => `-- ${name}\n${sql}`);
    await expect(`${text.join('\n\n')}\n`).toMatchFileSnapshot('snapshots/queries.sql');
  });
});
