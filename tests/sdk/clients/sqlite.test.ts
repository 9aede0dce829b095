/** SQLite: node:sqlite where Node has it, and an object of the shape of better-sqlite3, whose native code is not installed here. */
import { createRequire } from 'node:module';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ObservedClients, observedClients } from './observed-clients.ts';

interface Statement {
  run(...values: unknown[]): unknown;
  get(...values: unknown[]): unknown;
  all(...values: unknown[]): unknown;
  iterate(...values: unknown[]): Iterable<unknown>;
}

interface Database {
  prepare(sql: string): Statement;
  exec(sql: string): unknown;
}

/** Answers from a list, as a native class would: methods on prototypes, `this` checked. */
class ShapedStatement implements Statement {
  readonly #sql: string;
  readonly #rows = [{ id: 1 }, { id: 2 }];

  constructor(sql: string) {
    this.#sql = sql;
  }

  run(): unknown {
    if (this.#sql.includes('broken'))
      throw Object.assign(new Error('UNIQUE failed: secret'), { code: 'SQLITE_CONSTRAINT' });
    return { changes: 1 };
  }

  get(): unknown {
    return this.#rows[0];
  }

  all(): unknown[] {
    return this.#rows;
  }

  *iterate(): Generator<unknown> {
    yield* this.#rows;
  }
}

class ShapedDatabase implements Database {
  readonly #statements: string[] = [];

  prepare(sql: string): Statement {
    this.#statements.push(sql);
    return new ShapedStatement(sql);
  }

  exec(sql: string): this {
    this.#statements.push(sql);
    return this;
  }
}

function nodeSqlite(): (() => Database) | undefined {
  const [major = 0] = process.versions.node.split('.').map(Number);
  if (major < 22) return undefined;
  const { DatabaseSync } = createRequire(import.meta.url)('node:sqlite') as {
    DatabaseSync: new (path: string) => Database;
  };
  return () => new DatabaseSync(':memory:');
}

const native = nodeSqlite();

// node:sqlite came with Node 22: an older Node has only the shape to test.
describe.each<[string, () => Database]>([
  ['the shape of better-sqlite3', () => new ShapedDatabase()],
  ...(native === undefined ? [] : [['node:sqlite', native] as [string, () => Database]]),
])('%s', (_, create) => {
  let observed: ObservedClients;
  let database: Database;
  let stop: () => void;

  beforeEach(() => {
    observed = observedClients();
    database = create();
    stop = observed.clients.observeClient(database, { name: 'framework.db' });
    database.exec('CREATE TABLE epics (id INTEGER PRIMARY KEY, name TEXT)');
    database.exec("INSERT INTO epics VALUES (1, 'secret'), (2, 'b')");
  });
  afterEach(() => observed.stop());

  it('makes a span of each statement under the request', async () => {
    const { spanId } = await observed.request('GET /epics', async () => {
      const statement = database.prepare("SELECT id FROM epics WHERE name <> 'nobody' ORDER BY id");
      expect(statement.all()).toHaveLength(2);
      expect(statement.get()).toMatchObject({ id: 1 });
      expect([...statement.iterate()]).toHaveLength(2);
      for (const row of statement.iterate()) {
        expect(row).toMatchObject({ id: 1 });
        break;
      }
    });
    observed.expectSpan(
      {
        name: 'SELECT epics',
        kind: 'client',
        parentSpanId: spanId,
        attributes: {
          'db.system.name': 'sqlite',
          'db.namespace': 'framework.db',
          'db.query.text': 'SELECT id FROM epics WHERE name <> ? ORDER BY id',
        },
      },
      4,
    );
    observed.expectSpan({ name: 'INSERT epics', attributes: { 'db.query.text': 'INSERT INTO epics VALUES (?)' } }, 1);
    expect(JSON.stringify(observed.spans)).not.toContain('secret');
    await observed
      .metric('db_client_operation_duration_seconds', { system: 'sqlite', operation: 'SELECT', outcome: 'success' })
      .toBe(4);
  });

  it('records errors and throws them on', () => {
    expect(() => database.prepare("INSERT INTO epics VALUES (1, 'broken')").run()).toThrow(/UNIQUE/);
    const span = observed.expectSpan({ name: 'INSERT epics', status: 'error' });
    expect(JSON.stringify(span)).not.toMatch(/broken|UNIQUE/);
  });

  it('puts the methods back', () => {
    const statement = database.prepare('SELECT 1');
    stop();
    observed.clear();
    database.exec('SELECT 1');
    statement.all();
    database.prepare('SELECT 1').all();
    observed.expectNoSpan();
    expect(Object.hasOwn(database, 'prepare')).toBe(false);
  });
});
