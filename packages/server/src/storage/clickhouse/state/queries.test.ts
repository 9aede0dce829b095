import { expect, test } from 'vitest';
import { LAST_VERSION_SQL, loadStateSql, removeStateSql, stateHistorySql } from './queries.ts';

test('statements', async () => {
  const statements = [
    LAST_VERSION_SQL,
    loadStateSql('silence'),
    stateHistorySql('silence', "it's"),
    removeStateSql('notification', ['a', 'b\\']),
  ];
  await expect(`${statements.join('\n')}\n`).toMatchFileSnapshot('./queries.snap.sql');
});
