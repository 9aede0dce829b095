/** The order service before the move: Express with pino, pino-http and prom-client, wired together by hand. */
import { randomUUID } from 'node:crypto';
import express from 'express';
import pino from 'pino';
import pinoHttp from 'pino-http';
import prometheus from 'prom-client';

const log = pino({ base: { service: 'orders' } });
prometheus.collectDefaultMetrics();
const requests = new prometheus.Counter({
  name: 'http_requests_total',
  help: 'Requests served',
  labelNames: ['method', 'route', 'status'],
});
const duration = new prometheus.Histogram({
  name: 'http_request_duration_seconds',
  help: 'Time to answer',
  labelNames: ['method', 'route', 'status'],
});
const ordersRead = new prometheus.Counter({ name: 'orders_read_total', help: 'Orders read', labelNames: ['kind'] });
const findTime = new prometheus.Histogram({ name: 'order_find_seconds', help: 'Time to find an order' });

const app = express();
app.use(pinoHttp({ logger: log, genReqId: (request) => request.headers['x-request-id'] ?? randomUUID() }));
app.use((request, response, next) => {
  const end = duration.startTimer();
  response.on('finish', () => {
    const labels = { method: request.method, route: request.route?.path ?? 'unmatched', status: response.statusCode };
    requests.inc(labels);
    end(labels);
  });
  next();
});
app.get('/metrics', async (_request, response) => {
  response.set('content-type', prometheus.register.contentType).send(await prometheus.register.metrics());
});
app.get('/orders/:id', async (request, response) => {
  const end = findTime.startTimer();
  const order = { id: request.params.id, kind: Number(request.params.id) % 2 === 0 ? 'book' : 'record' };
  end();
  ordersRead.inc({ kind: order.kind });
  request.log.info({ order: order.id }, 'Order read');
  response.json(order);
});

const server = app.listen(process.env.PORT ?? 3000, () => log.info({ port: server.address().port }, 'Ready'));
