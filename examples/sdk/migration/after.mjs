/** After step 4: pino, pino-http and prom-client are gone; names of metrics are what they were. */
import { observe } from '@sightline/sdk';
import { sightline } from '@sightline/sdk/express';
import express from 'express';

const { log, metrics, handler } = observe({ service: 'orders' });
const ordersRead = metrics.counter('orders_read_total', 'Orders read', { labels: ['kind'] });
const findTime = metrics.histogram('order_find_seconds', 'Time to find an order');

const app = express();
app.use(sightline());
app.use(handler);
app.get('/orders/:id', async (request, response) => {
  const end = findTime.startTimer();
  const order = { id: request.params.id, kind: Number(request.params.id) % 2 === 0 ? 'book' : 'record' };
  end();
  ordersRead.inc({ kind: order.kind });
  log.info('Order read', { order: order.id });
  response.json(order);
});

const server = app.listen(process.env.PORT ?? 3000, () => log.info('Ready', { port: server.address().port }));
