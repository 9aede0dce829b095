/**
 * A service whose event loop was held up until its drain was over: requests that reached its sockets meanwhile are answered, on
 * connections it keeps and on new ones it has not accepted yet.
 */
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { bundle, PRELUDE } from './child.ts';

const SERVICE = `${PRELUDE}
import { existsSync } from 'node:fs';
const shutdown = createShutdown(core, health, { logger, drainDelayMs: 50 });
ready(createServer((req, res) => res.end('ok')));
shutdown.signal.addEventListener('abort', () => setTimeout(() => {
  writeSync(1, 'held up\\n');
  const endsAt = Date.now() + 30_000;
  while (!existsSync(process.argv[2]) && Date.now() < endsAt);
}, 10));
`;

const REQUEST = 'GET / HTTP/1.1\r\nHost: test\r\n\r\n';

/** A connection, and all that came on it when it ends. */
async function open(port: number): Promise<{ socket: Socket; text: () => string; ended: Promise<string> }> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  const ended = new Promise<string>((resolve) => {
    socket.on('close', () => resolve(text));
    socket.on('error', (error) => resolve(`${text} ${error.message}`));
  });
  await new Promise((resolve) => socket.once('connect', resolve));
  return { socket, text: () => text, ended };
}

test('what came while the process was held up over the end of its drain is answered', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sdk-held-up-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const program = await bundle(SERVICE);
  onTestFinished(() => program.remove());
  const goOn = join(folder, 'go-on');
  const child = await program.start([goOn]);
  onTestFinished(() => child.kill('SIGKILL'));

  const kept = await open(child.port);
  kept.socket.write(REQUEST);
  await expect.poll(kept.text).toContain('ok');
  child.kill('SIGTERM');
  await expect.poll(child.output).toContain('held up');
  const fresh = await open(child.port);
  for (const { socket } of [kept, fresh]) await new Promise((resolve) => socket.write(REQUEST, resolve));
  writeFileSync(goOn, '');

  const answer = /HTTP\/1.1 200 OK\r\nDate: .+\r\nConnection: close\r\n/;
  expect(await fresh.ended).toMatch(answer);
  expect(await kept.ended).toMatch(answer);
  expect(await child.ended).toBe(0);
});
