/** What happens to connections while a service drains and closes: HTTP/1, TLS, HTTP/2, upgraded ones, several servers. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2, createSecureServer } from 'node:http2';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, connect, createServer as createTcp, type Server as TcpServer, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { createCore, createHealth, createShutdown, Registry, type ShutdownOptions } from '@sightline/sdk';
import { afterEach, expect, test } from 'vitest';
import { selfSigned } from '../http/certificate.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

function startShutdown(options: ShutdownOptions = {}) {
  const core = createCore({ service: 'test' }, {});
  const health = createHealth(core, new Registry(), { system: false });
  const codes: number[] = [];
  const lines: { message: string; data: object }[] = [];
  const say = (message: string, data: object = {}): void => void lines.push({ message, data });
  const shutdown = createShutdown(core, health, {
    signals: [],
    onFatal: 'ignore',
    exit: (code) => codes.push(code),
    logger: { info: say, warn: say, error: say, critical: say },
    ...options,
  });
  undo.push(() => shutdown.dispose());
  return { shutdown, health, codes, lines };
}

async function listen<TServer extends TcpServer>(server: TServer): Promise<number> {
  undo.push(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const serve = (listener: RequestListener): Server => createServer(listener);

/** A client that shows every byte, and when its connection ended. */
function client(port: number, socket: Socket = connect(port, '127.0.0.1')) {
  let text = '';
  const ended = new Promise<void>((resolve) => {
    socket.on('close', () => resolve());
    socket.on('error', () => resolve());
  });
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  undo.push(() => socket.destroy());
  return {
    ended,
    ask: (path = '/') => socket.write(`GET ${path} HTTP/1.1\r\nHost: test\r\n\r\n`),
    write: (bytes: string) => socket.write(bytes),
    text: () => text,
    seen: (wanted: string) => expect.poll(() => text, { interval: 5 }).toContain(wanted),
    forget: () => {
      text = '';
    },
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('while it drains, requests are taken and each answer ends its connection', async () => {
  const { shutdown, health, codes } = startShutdown({ drainDelayMs: 300 });
  const waiting: (() => void)[] = [];
  const port = await listen(
    serve((request, response) => {
      if (request.url === '/slow') waiting.push(() => response.end('slow'));
      else response.end('ok');
    }),
  );
  const kept = client(port);
  kept.ask();
  await kept.seen('ok');
  expect(kept.text()).toContain('Connection: keep-alive');
  kept.forget();
  const flying = client(port);
  flying.ask('/slow');
  await expect.poll(() => shutdown.activeRequests()).toBe(1);

  const done = shutdown.initiate('test');
  expect(shutdown.state).toBe('draining');
  expect(shutdown.signal.aborted).toBe(true);
  expect((await health.probe('ready')).statusCode).toBe(503);
  expect((await health.probe('live')).statusCode).toBe(200);
  kept.ask();
  await kept.ended;
  expect(kept.text()).toMatch(/^HTTP\/1.1 200 OK[\s\S]*Connection: close[\s\S]*ok$/);
  const fresh = client(port);
  fresh.ask();
  await fresh.ended;
  expect(fresh.text()).toContain('Connection: close');
  for (const answer of waiting) answer();
  await flying.ended;
  expect(flying.text()).toContain('Connection: close');
  expect(flying.text()).toMatch(/slow$/);
  await done;
  expect(codes).toEqual([0]);
  expect(shutdown.state).toBe('done');
});

test('closing: idle and never used connections go at once, an answer in progress is completed first', async () => {
  const { shutdown, lines } = startShutdown({ drainDelayMs: 0 });
  let finish: (() => void) | undefined;
  const port = await listen(
    serve((request, response) => {
      if (request.url !== '/stream') {
        response.end('ok');
        return;
      }
      response.write('first ');
      finish = () => response.end('last');
    }),
  );
  const idle = client(port);
  idle.ask();
  await idle.seen('ok');
  const unused = client(port);
  const streaming = client(port);
  streaming.ask('/stream');
  await streaming.seen('first');
  const done = shutdown.initiate();
  await Promise.all([idle.ended, unused.ended]);
  expect(shutdown.state).toBe('closing');
  finish?.();
  await streaming.ended;
  expect(streaming.text()).toMatch(/first [\s\S]*last\r\n0\r\n\r\n$/);
  await done;
  expect(lines.map(({ message }) => message)).toEqual([
    'shutdown: draining',
    'shutdown: servers closed',
    'shutdown complete',
  ]);
});

test('a request whose headers never complete is not waited for', async () => {
  const { shutdown, lines } = startShutdown({ drainDelayMs: 0 });
  const port = await listen(serve((_, response) => response.end('ok')));
  const slow = client(port);
  slow.ask();
  await slow.seen('ok');
  slow.write('GET / HTTP/1.1\r\nHost:');
  await pause(50);
  await shutdown.initiate();
  await slow.ended;
  expect(lines.map(({ message }) => message)).toContain('shutdown: servers closed');
});

test('drainDelayMs: none when nobody ever probed readiness', async () => {
  const { shutdown, lines } = startShutdown();
  await shutdown.initiate();
  expect(lines[0]?.data).toMatchObject({ drain_delay_ms: 0 });
});

test('drainDelayMs: five seconds when somebody did', async () => {
  const { shutdown, health, lines } = startShutdown({ deadlineMs: 50, flushTimeoutMs: 10 });
  await health.probe('ready');
  await shutdown.initiate();
  expect(lines[0]?.data).toMatchObject({ drain_delay_ms: 5000 });
});

test('a server that gets its first connection only while others close is closed too', async () => {
  const { shutdown, codes } = startShutdown({ drainDelayMs: 0 });
  let finish: (() => void) | undefined;
  const serving = serve((_, response) => {
    finish = () => response.end('busy');
  });
  const busy = client(await listen(serving));
  busy.ask();
  await expect.poll(() => finish).toBeDefined();
  const unseen = serve((_, response) => response.end('late'));
  const port = await listen(unseen);
  const done = shutdown.initiate();
  await expect.poll(() => shutdown.state).toBe('closing');
  const late = client(port);
  late.ask();
  await late.ended;
  expect(unseen.listening).toBe(false);
  finish?.();
  await done;
  expect(codes).toEqual([0]);
});

function upgrading(): Server {
  const server = serve((_, response) => response.end('ok'));
  server.on('upgrade', (_request, socket: Socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\n');
    socket.on('data', (chunk: Buffer) => socket.write(chunk));
    socket.on('end', () => socket.end());
  });
  return server;
}

const UPGRADE = 'GET / HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\n';

test('upgraded connections are ended', async () => {
  const { shutdown, codes } = startShutdown({ drainDelayMs: 0 });
  const port = await listen(upgrading());
  const upgraded = client(port);
  upgraded.write(UPGRADE);
  await upgraded.seen('101 Switching');
  await shutdown.initiate();
  await upgraded.ended;
  expect(codes).toEqual([0]);
});

test('with a closing hook upgraded connections end as the service says', async () => {
  const { shutdown, codes } = startShutdown({ drainDelayMs: 0 });
  const server = upgrading();
  const open = new Set<Socket>();
  server.on('upgrade', (_request, socket: Socket) => open.add(socket));
  shutdown.attach(server, {
    async closing() {
      await pause(60);
      for (const socket of open) socket.end('goodbye');
    },
  });
  const upgraded = client(await listen(server));
  upgraded.write(UPGRADE);
  await upgraded.seen('101 Switching');
  const done = shutdown.initiate();
  upgraded.write('still here');
  await upgraded.seen('still here');
  await done;
  expect(upgraded.text()).toMatch(/still heregoodbye$/);
  expect(codes).toEqual([0]);
});

test('a server that refuses upgrades goes on refusing them', async () => {
  const { shutdown } = startShutdown({ drainDelayMs: 0 });
  const server = serve((_, response) => response.end('plain'));
  shutdown.attach(server);
  const asking = client(await listen(server));
  asking.write(UPGRADE);
  await asking.seen('plain');
  expect(server.listenerCount('upgrade')).toBe(0);
});

test('a hook that throws is told and does not stop the shutdown', async () => {
  const { shutdown, lines, codes } = startShutdown({ drainDelayMs: 0 });
  const server = serve((_, response) => response.end('ok'));
  shutdown.attach(server, {
    closing: () => {
      throw new Error('hook failed');
    },
  });
  await listen(server);
  await shutdown.initiate();
  expect(codes).toEqual([0]);
  expect(lines.find(({ message }) => message === 'shutdown: a closing hook failed')).toBeDefined();
});

test('several servers, TCP ones among them', async () => {
  const { shutdown, codes } = startShutdown({ drainDelayMs: 0, requestTimeoutMs: 100 });
  const first = serve((_, response) => response.end('1'));
  const second = serve((_, response) => response.end('2'));
  const tcp = createTcp((socket) => socket.write('hello'));
  shutdown.attach([first, second, tcp]);
  const never = serve(() => undefined);
  shutdown.attach(never);
  await listen(first);
  await listen(second);
  const line = client(await listen(tcp));
  await line.seen('hello');
  await shutdown.initiate();
  await line.ended;
  expect([first.listening, second.listening, tcp.listening]).toEqual([false, false, false]);
  expect(codes).toEqual([0]);
});

test('a server closed by the service itself is no trouble, also when its request goes on', async () => {
  const { shutdown, codes } = startShutdown({ drainDelayMs: 0 });
  let finish: (() => void) | undefined;
  const server = serve((_, response) => {
    finish = () => response.end('late');
  });
  const flying = client(await listen(server));
  flying.ask();
  await expect.poll(() => finish).toBeDefined();
  server.close();
  const done = shutdown.initiate();
  await pause(60);
  finish?.();
  await flying.ended;
  await done;
  expect(flying.text()).toMatch(/late$/);
  expect(codes).toEqual([0]);
});

test('HTTPS: the same over TLS, also with a handshake that never ends', async () => {
  const { shutdown, codes, lines } = startShutdown({ drainDelayMs: 0 });
  let finish: (() => void) | undefined;
  const server = createHttps(await selfSigned(), (request, response) => {
    if (request.url === '/slow') finish = () => response.end('slow');
    else response.end('ok');
  });
  const port = await listen(server);
  const secure = () => client(port, connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }));
  const idle = secure();
  idle.ask();
  await idle.seen('ok');
  const flying = secure();
  flying.ask('/slow');
  await expect.poll(() => finish).toBeDefined();
  const shaking = client(port);
  await pause(20);
  const done = shutdown.initiate();
  await idle.ended;
  finish?.();
  await flying.ended;
  expect(flying.text()).toMatch(/Connection: close[\s\S]*slow$/);
  await done;
  await shaking.ended;
  expect(codes).toEqual([0]);
  expect(lines.map(({ message }) => message)).toContain('shutdown: servers closed');
});

test.each(['attached, without TLS', 'found, over TLS'])(
  'HTTP/2 (%s): streams end, sessions get a GOAWAY',
  async (how) => {
    const { shutdown, codes } = startShutdown({ drainDelayMs: 0 });
    const isSecure = how.includes('over TLS');
    const server = isSecure ? createSecureServer(await selfSigned()) : createHttp2();
    let finish: (() => void) | undefined;
    server.on('stream', (stream: { respond(): void; end(text: string): void }) => {
      stream.respond();
      finish = () => stream.end('streamed');
    });
    if (!isSecure) shutdown.attach(server);
    const port = await listen(server);
    const session = connectHttp2(`${isSecure ? 'https' : 'http'}://127.0.0.1:${port}`, { rejectUnauthorized: false });
    undo.push(() => session.destroy());
    const goaway = new Promise<number>((resolve) => session.on('goaway', resolve));
    const closed = new Promise<void>((resolve) => session.on('close', () => resolve()));
    const stream = session.request({ ':path': '/' });
    let text = '';
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    await expect.poll(() => finish).toBeDefined();
    const done = shutdown.initiate();
    expect(await goaway).toBe(0);
    finish?.();
    await closed;
    await done;
    expect(text).toBe('streamed');
    expect(codes).toEqual([0]);
  },
);

test('dispose() leaves servers alone', async () => {
  const { shutdown } = startShutdown();
  const server = serve((_, response) => response.end('ok'));
  const port = await listen(server);
  const kept = client(port);
  kept.ask();
  await kept.seen('ok');
  const before = server.listenerCount('connection');
  shutdown.dispose();
  expect(server.listenerCount('connection')).toBe(before - 1);
  kept.forget();
  kept.ask();
  await kept.seen('ok');
});
