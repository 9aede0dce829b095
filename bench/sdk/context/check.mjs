/**
 * Whether every request keeps its own context under concurrency: each has ids that follow from its number, and its log lines,
 * its spans, its outgoing headers and its answer must all have them.
 */
import { once } from 'node:events';
import { Agent, createServer, request as httpRequest } from 'node:http';
import { setImmediate as immediate, setTimeout as sleep } from 'node:timers/promises';
import { correlation, injectHeaders, setCorrelation } from '@sightline/sdk';
import { startApp } from './apps.mjs';
import { openConnection } from './connection.mjs';

const traceOf = (id) => (id + 1).toString(16).padStart(32, 'a');
const spanOf = (id) => (id + 1).toString(16).padStart(16, 'b');

/** One of the ways in which a service waits. */
async function wait(step) {
  if (step % 5 === 0) await sleep(step % 7);
  else if (step % 5 === 1) await immediate();
  else if (step % 5 === 2) await new Promise((resolve) => process.nextTick(resolve));
  else if (step % 5 === 3) await new Promise((resolve) => setTimeout(resolve, 1));
  else await null;
}

/** An upstream service that answers with the ids it was sent. */
async function startUpstream() {
  const server = createServer((request, response) => {
    const { traceparent = '', 'x-request-id': requestId } = request.headers;
    response.end(JSON.stringify({ trace: traceparent.slice(3, 35), requestId }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: server.address().port, stop: () => server.close() };
}

/** One of the ways to call another service: Node's client, which the SDK gives the headers. */
function call(port, agent) {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path: '/', agent }, async (response) => {
      try {
        let text = '';
        for await (const chunk of response.setEncoding('utf8')) text += chunk;
        resolve(JSON.parse(text));
      } catch (error) {
        reject(error);
      }
    });
    request.on('error', reject).end();
  });
}

/**
 * Sends requests to one framework and compares.
 *
 * @param options.observability The SDK, running.
 * @param options.outgoingEvery Each n-th request calls the upstream service over HTTP.
 * @returns What was compared and every mismatch, as texts.
 */
export async function checkFramework({
  framework,
  observability,
  captured,
  requests,
  connections = 50,
  outgoingEvery = 10,
}) {
  const { tracer } = observability;
  const log = observability.logger('work');
  const wrong = [];
  let headersSeen = 0;
  const expectIds = (what, id, trace, requestId) => {
    if (trace !== traceOf(id) || requestId !== `r-${id}`)
      wrong.push(`${framework} ${what} of ${id}: trace ${trace}, request ${requestId}`);
  };
  const upstream = await startUpstream();
  const outgoing = new Agent({ keepAlive: true, maxSockets: connections });

  async function work(id, size) {
    await wait(id);
    setCorrelation({ userId: `u-${id}` });
    const [answer] = await Promise.all([
      tracer.span('inner', async (span) => {
        span.setAttribute('work.id', id);
        await wait(id + 1);
        log.info('work', { id });
        const { traceparent = '', 'x-request-id': requestId } = injectHeaders();
        headersSeen++;
        expectIds('outgoing header', id, traceparent.slice(3, 35), requestId);
        if (id % outgoingEvery !== 0) return undefined;
        return call(upstream.port, outgoing);
      }),
      wait(id + 3),
    ]);
    if (answer !== undefined) expectIds('request to upstream', id, answer.trace, answer.requestId);
    await wait(id + 2);
    return { id, size, requestId: correlation()?.requestId, userId: correlation()?.userId };
  }

  const app = await startApp(framework, work);
  let next = 0;
  const client = async () => {
    const connection = await openConnection(app.port);
    for (let id = next++; id < requests; id = next++) {
      const text = id % 2 === 0 ? undefined : JSON.stringify({ text: 'x'.repeat(id % 50) });
      const answer = await connection.send(
        `/work/${id}`,
        {
          'x-request-id': `r-${id}`,
          traceparent: `00-${traceOf(id)}-${spanOf(id)}-01`,
          ...(text === undefined ? {} : { 'content-type': 'application/json' }),
        },
        text,
      );
      const body = answer.status === 200 ? JSON.parse(answer.text) : {};
      if (body.id !== id || body.requestId !== `r-${id}` || body.userId !== `u-${id}`)
        wrong.push(`${framework} answer of ${id}: ${answer.status} ${answer.text}`);
      expectIds('answer headers', id, answer.headers['x-trace-id'], answer.headers['x-request-id']);
    }
    connection.close();
  };
  // Outside of any context: what the client does must not look like a part of a request.
  await Promise.all(Array.from({ length: connections }, client));
  outgoing.destroy();
  await app.stop();
  upstream.stop();
  const { lines, spans } = await captured.take(requests);
  for (const { id, requestId, trace, userId } of lines) {
    expectIds('line', id, trace, requestId);
    if (userId !== `u-${id}`) wrong.push(`${framework} line of ${id}: user ${userId}`);
  }
  for (const { id, trace } of spans) expectIds('span', id, trace, `r-${id}`);
  return { requests, lines: lines.length, spans: spans.length, headers: headersSeen, wrong };
}
