import { describe, expect, it } from 'vitest';
import type { SqlDialect } from './sql-scanner.ts';
import { sqlShape } from './sql-text.ts';

const text = (sql: string, dialect: SqlDialect = 'postgresql') => sqlShape(sql, dialect).text;
const summary = (sql: string, dialect: SqlDialect = 'postgresql') => sqlShape(sql, dialect).summary;

describe('text', () => {
  it.each<[SqlDialect, string, string]>([
    [
      'postgresql',
      "SELECT * FROM users WHERE name = 'O''Brien' AND age > 42",
      'SELECT * FROM users WHERE name = ? AND age > ?',
    ],
    ['postgresql', 'select $1::int, "Name" from t', 'select $1::int, "Name" from t'],
    ['postgresql', "select E'it\\'s' , N'x', B'101', U&'\\0041'", 'select ? , ?, ?, ?'],
    ['postgresql', "select $$it's a 'secret'$$, $tag$ $$ $tag$", 'select ?, ?'],
    ['postgresql', "select 'back\\' , secret, 'x'", 'select ? , secret, ?'],
    ['postgresql', 'select 1.5e-3, .5, 0x1F, -7', 'select ?, ?, ?, -?'],
    ['postgresql', "select 1 -- token=abc\n, /* a /* nested */ secret */ 'b'", 'select ? , ?'],
    ['mysql', `SELECT "secret", \`col\` FROM t # secret\n WHERE a = 'it\\'s'`, 'SELECT ?, `col` FROM t WHERE a = ?'],
    ['mysql', "insert into t (a, b) values (1, 'x'), (2, 'y'), (3, 'z')", 'insert into t (a, b) values (?)'],
    ['sqlite', 'select * from t where id in (?1, ?2, ?3) and b = @b', 'select * from t where id in (?) and b = @b'],
    ['sqlite', "select X'53514C'", 'select ?'],
    ['postgresql', "select 'never closed secret", 'select ?'],
    ['postgresql', '', ''],
    ['postgresql', 'SELECT   a\n\t FROM\r\n b', 'SELECT a FROM b'],
  ])('%s: %s', (dialect, sql, wanted) => expect(text(sql, dialect)).toBe(wanted));

  it('is bounded', () => {
    const long = text(`select ${'column_name, '.repeat(1000)} x from t`);
    expect(long.length).toBe(2048);
    expect(long.endsWith('…')).toBe(true);
    expect(text(`select '${'x'.repeat(1_000_000)}'`)).toBe('select ?…');
    expect(text(`insert into t values ${'(1),'.repeat(50_000)}(1)`)).toBe('insert into t values (?)…');
  });

  it('never shows a literal, whatever is around it', () => {
    const parts = ['select', 'a', ',', '(', ')', '.', '-- x\n', '/* y */', '"q"', '$1', ':p', '=', 'in', '?', 'E', ' '];
    const literals = ["'SECRET'", "'SE''CRET'", '$$SECRET$$', '$x$SECRET$x$', "E'\\'SECRET'", "'\\\\SECRET'"];
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    for (let round = 0; round < 3000; round++) {
      let sql = '';
      for (let index = 0; index < 12; index++)
        sql += ` ${random(3) === 0 ? literals[random(literals.length)] : parts[random(parts.length)]}`;
      expect(text(sql), sql).not.toContain('CRET');
    }
  });
});

describe('summary', () => {
  it.each([
    ['select * from orders', 'SELECT orders'],
    [
      'SELECT a.x FROM public.orders a, customers c LEFT JOIN "Items" i ON i.id = a.id',
      'SELECT public.orders customers Items',
    ],
    ['insert into t (a, b) values ($1, $2) on conflict do update set a = 1', 'INSERT t'],
    ['update only users set a = 1 where b in (select id from banned)', 'UPDATE users banned'],
    ['delete from a using b', 'DELETE a b'],
    ['with x as (select * from y) select * from x', 'SELECT y x'],
    ['select extract(day from created) from t for update', 'SELECT t'],
    ['select 1 where a is distinct from b', 'SELECT'],
    ['create table if not exists t (id int)', 'CREATE t'],
    ['begin; select * from hidden', 'BEGIN'],
    ['/* hint */ (select 1)', 'SELECT'],
    ['frobnicate the database', 'OTHER'],
    ['', 'OTHER'],
  ])('%s', (sql, wanted) => expect(summary(sql)).toBe(wanted));

  it('names the first table', () => {
    expect(sqlShape('select 1 from a join b on true', 'sqlite')).toMatchObject({ operation: 'SELECT', table: 'a' });
    expect(sqlShape('select 1', 'sqlite').table).toBeUndefined();
  });

  it('is bounded', () => {
    const tables = Array.from({ length: 50 }, (_, index) => `${'t'.repeat(100)}${index}`).join(', ');
    expect(summary(`select * from ${tables}`).length).toBeLessThanOrEqual(255);
  });
});
