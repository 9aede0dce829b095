/** An order service on Hono with its server for Node. */
import { serve } from '@hono/node-server';
import { observe } from '@sightline/sdk';
import { monitoring, sightline } from '@sightline/sdk/hono';
import { Hono } from 'hono';

const { log, metrics, tracer } = observe({ service: 'orders', version: '1.0.0' });
const ordersRead = metrics.counter('orders_read_total', 'Orders read', { labels: ['kind'] });

async function findOrder(id) {
  return tracer.span('orders.find', async (span) => {
    span.setAttribute('order.id', id);
    return { id, kind: Number(id) % 2 === 0 ? 'book' : 'record' };
  });
}

const app = new Hono();
app.use(sightline());
app.use(monitoring());
app.get('/orders/:id', async (context) => {
  const order = await findOrder(context.req.param('id'));
  ordersRead.inc({ kind: order.kind });
  log.info('Order read', { order: order.id });
  return context.json(order);
});

serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) }, ({ port }) => log.info('Ready', { port }));
