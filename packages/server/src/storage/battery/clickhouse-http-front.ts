/**
 * Enough of ClickHouse's HTTP interface for its client, in front of chDB, so that the server mode is tested without a server:
 * statement in the body or in `query`, rows in the body, settings and database as parameters, gzip, errors as status 500 with
 * X-ClickHouse-Exception-Code. A client that goes away stops its query.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { drainPending, Session } from 'chdb';

const SESSIONS = 6;
/** Parameters of a request that are not settings of the query, or that mean nothing here. */
const NOT_SETTINGS = new Set([
  'query',
  'database',
  'query_id',
  'session_id',
  'default_format',
  'enable_http_compression',
  'send_progress_in_http_headers',
  'http_headers_progress_interval_ms',
  'wait_end_of_query',
]);

export interface HttpFront {
  readonly url: string;
  close(): Promise<void>;
}

export async function startHttpFront(path: string): Promise<HttpFront> {
  const sessions = Array.from({ length: SESSIONS }, () => new Session(path));
  const control = new Session(path);
  const idle = [...sessions];
  const waiting: ((session: Session) => void)[] = [];
  const take = async () => idle.pop() ?? new Promise<Session>((resolve) => waiting.push(resolve));
  const give = (session: Session) => {
    const next = waiting.shift();
    if (next === undefined) idle.push(session);
    else next(session);
  };
  let serial = 0;
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://front');
    if (url.pathname === '/ping') {
      response.end('Ok.\n');
      return;
    }
    const body = await readBody(request);
    const mark = `front ${++serial}`;
    const session = await take();
    let isDone = false;
    response.on('close', () => {
      if (!isDone)
        control.queryAsync(`KILL QUERY WHERE startsWith(query, '/* ${mark} */') ASYNC`).catch(() => undefined);
    });
    try {
      await session.queryAsync(`USE ${url.searchParams.get('database') ?? 'default'}`);
      const answer = await run(session, url, body, mark);
      isDone = true;
      response.writeHead(200, { 'x-clickhouse-query-id': url.searchParams.get('query_id') ?? mark });
      response.end(answer);
    } catch (error) {
      isDone = true;
      const message = error instanceof Error ? error.message : String(error);
      const code = /Code: (\d+)/.exec(message)?.[1] ?? '1';
      response.writeHead(500, { 'x-clickhouse-exception-code': code, 'content-type': 'text/plain; charset=UTF-8' });
      response.end(`${message}\n`);
    } finally {
      give(session);
    }
  };
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => closeFront(server, [...sessions, control]) };
}

async function run(session: Session, url: URL, body: Buffer, mark: string): Promise<Uint8Array> {
  const query = url.searchParams.get('query');
  const insert = /^\s*INSERT INTO (\w+) \(([\w, ]+)\)\s+FORMAT (\w+)\s*$/.exec(query ?? '');
  if (insert !== null) {
    const [, table, columns, format] = insert as unknown as [string, string, string, string];
    if (format === 'Native') return insertNative(session, table, columns, body);
    if (format !== 'TabSeparated') throw new Error(`Code: 73. DB::Exception: the test front takes no ${format}`);
    await session.insert({ table, columns: columns.split(', '), values: body, format });
    return new Uint8Array(0);
  }
  const text = `${query === null ? '' : `${query}\n`}${body.toString()}`;
  const [sql = '', format] = text.trim().split(/\s+FORMAT (?=\w+$)/);
  const settings = [...url.searchParams].filter(([name]) => !NOT_SETTINGS.has(name));
  const clause = settings.map(([name, value]) => `${name} = '${value.replaceAll("'", "\\'")}'`).join(', ');
  const isSelect = sql.startsWith('SELECT');
  const statement = `/* ${mark} */ ${sql}${isSelect && clause !== '' ? ` SETTINGS ${clause}` : ''}`;
  return (await session.queryAsync(statement, { format: format ?? 'TabSeparated' })).bytes();
}

/** chDB takes binary rows from files only. */
async function insertNative(session: Session, table: string, columns: string, body: Buffer): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-front-'));
  try {
    await writeFile(join(folder, 'rows.native'), body);
    const settings = 'max_threads = 1, max_insert_threads = 1, optimize_on_insert = 0';
    const source = `file('${folder}/rows.native', Native)`;
    await session.queryAsync(`INSERT INTO ${table} (${columns}) SELECT ${columns} FROM ${source} SETTINGS ${settings}`);
    return new Uint8Array(0);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}

async function closeFront(server: Server, sessions: readonly Session[]): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await drainPending();
  for (const session of sessions) session.close();
  await drainPending();
}
