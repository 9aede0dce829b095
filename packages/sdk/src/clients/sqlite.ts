/**
 * SQLite: `prepare` and `exec` of one database object, of node:sqlite and of better-sqlite3, which have the same shape. Both are
 * synchronous and publish nothing. Statements that were prepared before are not seen.
 */
import type { Operation, Operations } from './operation.ts';
import { type SqlShape, sqlShape } from './sql-text.ts';

/** A database of node:sqlite or better-sqlite3. */
export interface SqliteDatabase {
  prepare(...args: never[]): object;
  exec(...args: never[]): unknown;
}

type Method = (this: unknown, ...args: unknown[]) => unknown;
type Methods = Record<string, Method | undefined>;

const RUN = ['run', 'get', 'all'] as const;

/** @param name Path or name of the database, for db.namespace. @returns Puts the methods back. */
export function observeSqlite(database: SqliteDatabase, name: string | undefined, operations: Operations): () => void {
  const target = database as unknown as Methods;
  let isActive = true;
  const start = (shape: SqlShape): Operation | undefined => {
    if (!isActive) return undefined;
    const { operation, table, text, summary } = shape;
    return operations.start({
      system: 'sqlite',
      operation,
      name: summary,
      namespace: name,
      collection: table,
      text,
      summary,
    });
  };
  const stops = [
    cover(
      target,
      'exec',
      (exec) =>
        function (this: unknown, ...args) {
          const [sql] = args;
          const operation = typeof sql === 'string' ? start(sqlShape(sql, 'sqlite')) : undefined;
          return timed(exec, this, args, operation);
        },
    ),
    cover(
      target,
      'prepare',
      (prepare) =>
        function (this: unknown, ...args) {
          const statement = prepare.apply(this, args) as Methods;
          const [sql] = args;
          if (isActive && typeof sql === 'string') observeStatement(statement, sqlShape(sql, 'sqlite'), start);
          return statement;
        },
    ),
  ];
  return () => {
    isActive = false;
    for (const stop of stops) stop();
  };
}

function observeStatement(
  statement: Methods,
  shape: SqlShape,
  start: (shape: SqlShape) => Operation | undefined,
): void {
  for (const name of RUN) {
    cover(
      statement,
      name,
      (method) =>
        function (this: unknown, ...args) {
          return timed(method, this, args, start(shape));
        },
    );
  }
  cover(
    statement,
    'iterate',
    (iterate) =>
      function (this: unknown, ...args) {
        const operation = start(shape);
        if (operation === undefined) return iterate.apply(this, args);
        try {
          return iterated(iterate.apply(this, args) as Iterable<unknown>, operation);
        } catch (error) {
          operation.end(error);
          throw error;
        }
      },
  );
}

function cover(target: Methods, name: string, make: (original: Method) => Method): () => void {
  const original = target[name];
  if (typeof original !== 'function') return () => undefined;
  const isOwn = Object.hasOwn(target, name);
  target[name] = make(original);
  return () => {
    if (isOwn) target[name] = original;
    else delete target[name];
  };
}

function timed(method: Method, self: unknown, args: unknown[], operation: Operation | undefined): unknown {
  try {
    const result = method.apply(self, args);
    operation?.end();
    return result;
  } catch (error) {
    operation?.end(error);
    throw error;
  }
}

/** The rows of a statement, timed until the last one is read or the reader stops. */
function* iterated(rows: Iterable<unknown>, operation: Operation): Generator<unknown> {
  try {
    yield* rows;
  } catch (error) {
    operation.end(error);
    throw error;
  } finally {
    operation.end();
  }
}
