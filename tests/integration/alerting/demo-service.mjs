/**
 * A service that answers fifty made-up requests a second and shows them at /metrics. `GET /behave?latency=SECONDS&errors=SHARE`
 * changes how. Arguments: port. Prints "ready" once it listens.
 */
import { createServer } from 'node:http';

const BOUNDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5];
const buckets = BOUNDS.map(() => 0);
const codes = { 200: 0, 500: 0 };
const behaviour = { latency: 0.03, errors: 0 };
let sum = 0;
let owedErrors = 0;

setInterval(() => {
  owedErrors += behaviour.errors;
  const isError = owedErrors >= 1;
  if (isError) owedErrors--;
  codes[isError ? 500 : 200]++;
  sum += behaviour.latency;
  for (const [index, bound] of BOUNDS.entries()) if (behaviour.latency <= bound) buckets[index]++;
}, 20);

function metrics() {
  const count = codes[200] + codes[500];
  return [
    '# TYPE demo_requests_total counter',
    ...Object.entries(codes).map(([code, value]) => `demo_requests_total{code="${code}"} ${value}`),
    '# TYPE demo_request_duration_seconds histogram',
    ...BOUNDS.map((bound, index) => `demo_request_duration_seconds_bucket{le="${bound}"} ${buckets[index]}`),
    `demo_request_duration_seconds_bucket{le="+Inf"} ${count}`,
    `demo_request_duration_seconds_sum ${sum}`,
    `demo_request_duration_seconds_count ${count}`,
    '',
  ].join('\n');
}

createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://demo');
  if (pathname === '/behave') for (const [key, value] of searchParams) behaviour[key] = Number(value);
  response
    .writeHead(200, { 'content-type': 'text/plain; version=0.0.4' })
    .end(pathname === '/metrics' ? metrics() : 'ok');
}).listen(Number(process.argv[2]), '127.0.0.1', () => process.stdout.write('ready\n'));
