/** An order service on Express. */
import { observe } from '@sightline/sdk';
import { sightline } from '@sightline/sdk/express';
import express from 'express';

const { log, metrics, tracer, handler } = observe({ service: 'orders', version: '1.0.0' });
const ordersRead = metrics.counter('orders_read_total', 'Orders read', { labels: ['kind'] });

async function findOrder(id) {
  return tracer.span('orders.find', async (span) => {
    span.setAttribute('order.id', id);
    return { id, kind: Number(id) % 2 === 0 ? 'book' : 'record' };
  });
}

const app = express();
app.use(sightline());
app.use(handler);
app.get('/orders/:id', async (request, response) => {
  const order = await findOrder(request.params.id);
  ordersRead.inc({ kind: order.kind });
  log.info('Order read', { order: order.id });
  response.json(order);
});

const server = app.listen(process.env.PORT ?? 3000, () => log.info('Ready', { port: server.address().port }));
