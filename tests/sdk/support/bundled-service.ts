/** Source of a small service that says what it saw; for builds and bundles of it. */

/**
 * Serves one request to itself, calls an upstream of its own by fetch and by node:http in it, and prints lines, headers, spans
 * and metrics as one JSON object.
 */
export const SERVICE = `
import { createServer, request } from 'node:http';
import { observe, setCorrelation } from '@sightline/sdk';

const lines = [];
const { logger, metrics, tracing } = observe({
  service: 'bundled',
  logging: { sinks: [{ name: 'memory', write: (line) => lines.push(JSON.parse(line)) }] },
  shutdown: false,
});
const spans = [];
tracing.addSink((span) => spans.push({ name: span.name, kind: span.kind, traceId: span.traceId }));
const listen = (handler) => new Promise((resolve) => {
  const server = createServer(handler).listen(0, '127.0.0.1', () => resolve([server, server.address().port]));
});
const received = [];
const [upstream, upstreamPort] = await listen((incoming, response) => {
  received.push(incoming.headers);
  response.end('ok');
});
const [server, port] = await listen(async (incoming, response) => {
  await new Promise((resolve) => setTimeout(resolve, 2));
  setCorrelation({ userId: 'u-1' });
  logger('service').info('working');
  await (await fetch('http://127.0.0.1:' + upstreamPort + '/fetch')).text();
  await new Promise((resolve) => request({ host: '127.0.0.1', port: upstreamPort, path: '/http' }, (answer) => {
    answer.resume().on('end', resolve);
  }).end());
  response.end('done');
});
const traceId = 'a'.repeat(32);
const answer = await fetch('http://127.0.0.1:' + port + '/', {
  headers: { 'x-request-id': 'r-1', traceparent: '00-' + traceId + '-' + 'b'.repeat(16) + '-01' },
});
await answer.text();
await new Promise((resolve) => setTimeout(resolve, 50));
const exposition = (await metrics.render()).body.toString();
console.log(JSON.stringify({
  working: lines.find(({ message }) => message === 'working'),
  access: lines.filter(({ logger }) => logger === 'http').map(({ request_id, trace_id }) => [request_id, trace_id]),
  answered: [answer.headers.get('x-request-id'), answer.headers.get('x-trace-id')],
  received: received.map(({ traceparent = '', 'x-request-id': id }) => [traceparent.slice(3, 35), id]),
  spans: spans.filter((span) => span.traceId === traceId).map(({ kind }) => kind).sort(),
  counted: exposition.includes('http_requests_total{method="GET"'),
  measured: exposition.includes('http_client_requests_total{'),
}));
server.close();
upstream.close();
server.closeAllConnections();
upstream.closeAllConnections();
`;

/** What it prints when all of it is instrumented. */
export const INSTRUMENTED = {
  working: { logger: 'service', request_id: 'r-1', user_id: 'u-1', trace_id: 'a'.repeat(32) },
  access: [
    ['r-1', 'a'.repeat(32)],
    ['r-1', 'a'.repeat(32)],
    ['r-1', 'a'.repeat(32)],
  ],
  answered: ['r-1', 'a'.repeat(32)],
  received: [
    ['a'.repeat(32), 'r-1'],
    ['a'.repeat(32), 'r-1'],
  ],
  // The request, two calls, and the two requests that the upstream served.
  spans: [1, 1, 1, 2, 2],
  counted: true,
  measured: true,
};
