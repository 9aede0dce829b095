/**
 * One POST while the process ends: nothing asynchronous runs any more, so a short-lived child sends the body and this process
 * waits for it. Costs about 50 ms and is bounded; used only for what a regular flush did not get to.
 */
import { builtin } from '../lib/builtin.ts';

/** What the child runs: the body comes on its stdin, so that no shell and no argument limit is in the way. */
const PROGRAM = `
const { url, headers } = JSON.parse(process.env.SIGHTLINE_SEND_AT_EXIT);
const chunks = [];
process.stdin.on('data', (chunk) => chunks.push(chunk));
process.stdin.on('end', () => {
  const body = Buffer.concat(chunks);
  const { request } = require(url.startsWith('https:') ? 'node:https' : 'node:http');
  const sent = request(url, { method: 'POST', headers: { ...headers, 'content-length': body.length } });
  sent.on('response', (answer) => process.exit(answer.statusCode < 300 ? 0 : 1));
  sent.on('error', () => process.exit(1));
  sent.end(body);
});
`;

/** Private certificate authorities are the environment's to know; nothing else of it is handed on. */
const KEPT = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'SystemRoot'];

/** @returns Whether the collector accepted it within the time. Never throws. */
export function sendAtExit(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
  timeLimitMs: number,
): boolean {
  if (timeLimitMs < 1) return false;
  const kept = KEPT.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  const child = builtin('node:child_process').spawnSync(process.execPath, ['-e', PROGRAM], {
    input: body,
    timeout: Math.ceil(timeLimitMs),
    stdio: ['pipe', 'ignore', 'ignore'],
    windowsHide: true,
    // Without NODE_OPTIONS: what instruments this process must not load in the child.
    env: { ...Object.fromEntries(kept), SIGHTLINE_SEND_AT_EXIT: JSON.stringify({ url, headers }) },
  });
  return child.status === 0;
}
