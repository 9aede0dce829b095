/**
 * A process that plays many scrape targets: `/t/<i>/metrics` serves `series` lines whose values move as a service's would.
 * Half of the series are integer counters, half noisy floats. Run as a child so that its CPU is not counted for anybody.
 * Arguments: number of targets, series per target. Prints its port as the first line.
 */
import { createServer } from 'node:http';

const [targets, seriesPerTarget] = process.argv.slice(2).map(Number);
const counters = new Float64Array(targets * seriesPerTarget);
const rates = Float64Array.from(counters, (_, i) => (i % 97) + 1);

const heads = Array.from({ length: seriesPerTarget }, (_, i) => {
  const metric = Math.floor(i / 100);
  const labels = `route="/api/v1/resource/${i % 100}",method="GET",code="200"`;
  return isCounter(i) ? `bench_requests_${metric}_total{${labels}} ` : `bench_load_${metric}{${labels}} `;
});

function isCounter(index) {
  return Math.floor(index / 100) % 2 === 0;
}

function render(target) {
  let out = '';
  for (let i = 0; i < seriesPerTarget; i++) {
    const at = target * seriesPerTarget + i;
    if (i % 100 === 0)
      out += isCounter(i) ? `# TYPE bench_requests_${i / 100}_total counter\n` : `# TYPE bench_load_${i / 100} gauge\n`;
    counters[at] += Math.floor(Math.random() * rates[at] * 2);
    out += `${heads[i] + (isCounter(i) ? counters[at] : 50 + Math.sin(counters[at]) * 20 + Math.random())}\n`;
  }
  return out;
}

let requests = 0;
const server = createServer((request, response) => {
  if (request.url === '/requests') return response.end(String(requests));
  const match = /^\/t\/(\d+)\/metrics$/.exec(request.url ?? '');
  if (match === null) return response.writeHead(404).end();
  requests++;
  response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  response.end(render(Number(match[1]) % targets));
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
