/**
 * After step 2: the SDK is in charge of requests, ids, traces and `/metrics`. The service's own lines still go through pino and
 * its own metrics through prom-client, so that a large service moves file by file.
 */
import { fromPino, observe } from '@sightline/sdk';
import { sightline } from '@sightline/sdk/express';
import express from 'express';
import pino from 'pino';
import prometheus from 'prom-client';

const sdk = observe({ service: 'orders' });
sdk.metrics.adopt(prometheus.register);
const log = pino(fromPino(sdk.logger('orders')));
const ordersRead = new prometheus.Counter({ name: 'orders_read_total', help: 'Orders read', labelNames: ['kind'] });
const findTime = new prometheus.Histogram({ name: 'order_find_seconds', help: 'Time to find an order' });

const app = express();
app.use(sightline());
app.use(sdk.handler);
app.get('/orders/:id', async (request, response) => {
  const end = findTime.startTimer();
  const order = { id: request.params.id, kind: Number(request.params.id) % 2 === 0 ? 'book' : 'record' };
  end();
  ordersRead.inc({ kind: order.kind });
  log.info({ order: order.id }, 'Order read');
  response.json(order);
});

const server = app.listen(process.env.PORT ?? 3000, () => log.info({ port: server.address().port }, 'Ready'));
