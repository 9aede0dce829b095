/**
 * One POST while the process ends: nothing asynchronous runs any more, so a short-lived child sends the body and this process
 * waits for it. Costs about 50 ms and is bounded; used only for what a regular flush did not get to.
 */
import { spawnSync } from 'node:child_process';

const TIME_LIMIT_MS = 1500;

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

/** @returns Whether the collector accepted it. Never throws. */
export function sendAtExit(url: string, headers: Readonly<Record<string, string>>, body: Uint8Array): boolean {
  const child = spawnSync(process.execPath, ['-e', PROGRAM], {
    input: body,
    timeout: TIME_LIMIT_MS,
    stdio: ['pipe', 'ignore', 'ignore'],
    windowsHide: true,
    // Without NODE_OPTIONS: what instruments this process must not load in the child.
    env: { SIGHTLINE_SEND_AT_EXIT: JSON.stringify({ url, headers }) },
  });
  return child.status === 0;
}
