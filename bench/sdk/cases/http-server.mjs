/**
 * One server of the request benchmark, in a process of its own: `node http-server.mjs <framework> <mode>`.
 * framework: node, express, fastify. mode: bare, peer (pino-http + prom-client + OpenTelemetry auto-instrumentation),
 * otel (that alone), sdk (observe() and the adapter), sdk-min (observe() without an exporter).
 *
 * Both stacks log one line per request to stdout, keep a counter and a histogram, and export each span by OTLP/HTTP protobuf
 * to SPANS_URL. The parent process asks by message for CPU time and memory and receives them with the address.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const [framework = 'node', mode = 'bare'] = process.argv.slice(2);
const body = (id) => ({ id, name: `user ${id}`, active: true });

const telemetry = await startTelemetry();
const server = await startFramework();

process.on('message', (message) => {
  if (message === 'usage') process.send({ cpu: process.cpuUsage(), rss: process.memoryUsage.rss() });
  if (message === 'stop') process.exit(0);
});
process.on('disconnect', () => process.exit(0));
process.send({ port: server.address().port });

/** What the mode adds around a request; every field may be undefined. */
async function startTelemetry() {
  if (mode === 'bare') return {};
  if (mode.startsWith('sdk')) return startSdk();
  startOpenTelemetry();
  if (mode === 'otel') return {};
  const { default: pinoHttp } = await import('pino-http');
  const { metrics, client } = startPromClient();
  return { log: pinoHttp({ logger: require('pino')({ level: 'info' }) }), metrics, client };
}

async function startSdk() {
  if (mode !== 'sdk-min') process.env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT = process.env.SPANS_URL;
  const { observe } = await import('@sightline/sdk');
  observe({ service: 'bench', environment: 'production' });
  return { sdk: true };
}

function startOpenTelemetry() {
  const { NodeSDK } = require('@opentelemetry/sdk-node');
  const { getNodeAutoInstrumentations } = require('@opentelemetry/auto-instrumentations-node');
  process.env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT = process.env.SPANS_URL;
  process.env.OTEL_TRACES_EXPORTER = 'otlp';
  process.env.OTEL_METRICS_EXPORTER = 'none';
  process.env.OTEL_LOGS_EXPORTER = 'none';
  process.env.OTEL_SERVICE_NAME = 'bench';
  new NodeSDK({ instrumentations: [getNodeAutoInstrumentations()], resourceDetectors: [] }).start();
}

function startPromClient() {
  const client = require('prom-client');
  client.collectDefaultMetrics();
  const labelNames = ['method', 'route', 'status'];
  const total = new client.Counter({ name: 'http_requests_total', help: 'requests', labelNames });
  const seconds = new client.Histogram({ name: 'http_request_duration_seconds', help: 'latency', labelNames });
  const metrics = (request, response, route) => {
    const started = process.hrtime.bigint();
    response.on('finish', () => {
      const labels = { method: request.method, route: route(), status: response.statusCode };
      total.inc(labels);
      seconds.observe(labels, Number(process.hrtime.bigint() - started) / 1e9);
    });
  };
  return { metrics, client };
}

function startFramework() {
  if (framework === 'express') return startExpress();
  if (framework === 'fastify') return startFastify();
  return startNode();
}

async function startNode() {
  const http = require('node:http');
  const { route } = telemetry.sdk ? await import('@sightline/sdk/node') : {};
  const server = http.createServer((request, response) => {
    telemetry.log?.(request, response);
    telemetry.metrics?.(request, response, () => '/api/users/:id');
    if (request.url.startsWith('/api/users/')) {
      route?.('/api/users/:id');
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(body(request.url.slice(11))));
    } else {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function startExpress() {
  const express = require('express');
  const app = express();
  if (telemetry.sdk) app.use((await import('@sightline/sdk/express')).sightline());
  if (telemetry.log) app.use(telemetry.log);
  if (telemetry.metrics)
    app.use((request, response, next) => {
      telemetry.metrics(request, response, () => request.baseUrl + (request.route?.path ?? 'unmatched'));
      next();
    });
  app.get('/api/users/:id', (request, response) => {
    response.json(body(request.params.id));
  });
  return new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => resolve(server));
  });
}

async function startFastify() {
  const app = require('fastify')({ logger: mode === 'peer' });
  if (telemetry.sdk) await app.register((await import('@sightline/sdk/fastify')).sightline);
  if (telemetry.metrics)
    app.addHook('onRequest', (request, reply, done) => {
      telemetry.metrics(request.raw, reply.raw, () => request.routeOptions.url ?? 'unmatched');
      done();
    });
  app.get('/api/users/:id', async (request) => body(request.params.id));
  await app.listen({ port: 0, host: '127.0.0.1' });
  return app.server;
}
