import { Matcher } from '@sightline/model';
import { describe, expect, test } from 'vitest';
import { readMigrations, renderDdl } from '../migrations.ts';
import * as queries from './queries.ts';

const HOUR = 3_600_000;
/** Hours since 1970. */
const NOON = Date.UTC(2026, 5, 15, 12) / HOUR;
const DAY = { firstHour: NOON - 24, fromMs: -1, lastHour: NOON, toMs: HOUR };

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
      'samples of a day': queries.samplesSql({ metrics, ids: [7, 8], ...DAY }),
      'samples of whole metrics': queries.samplesSql({ ...DAY, metrics, ids: undefined, lastHour: undefined }),
      'samples of five minutes': queries.samplesSql({
        metrics,
        ids: [7],
        firstHour: NOON,
        fromMs: 60_000,
        lastHour: NOON,
        toMs: 360_000,
      }),
      'samples across two hours': queries.samplesSql({
        metrics,
        ids: [7],
        firstHour: NOON - 1,
        fromMs: 3_540_000,
        lastHour: NOON,
        toMs: 60_000,
      }),
      'samples since a minute': queries.samplesSql({ ...DAY, metrics, ids: [7], fromMs: 59_000, lastHour: undefined }),
      'samples of many series': queries.samplesSql({ ...DAY, metrics, ids: Array.from({ length: 100 }, (_, i) => i) }),
      'load series': queries.loadSeriesSql(20_600, 1_000),
      'count series': queries.countSeriesByLastDaySql(20_600),
      'match series': queries.matchSeriesSql(matchers, 20_600, 20_601, 10),
      exemplars: queries.exemplarsSql([7, 8], NOON * HOUR - 1_000, NOON * HOUR, 5),
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
