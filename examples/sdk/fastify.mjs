/** An order service on Fastify. */
import { observe } from '@sightline/sdk';
import { monitoring, sightline } from '@sightline/sdk/fastify';
import Fastify from 'fastify';

const { log, metrics, tracer } = observe({ service: 'orders', version: '1.0.0' });
const ordersRead = metrics.counter('orders_read_total', 'Orders read', { labels: ['kind'] });

async function findOrder(id) {
  return tracer.span('orders.find', async (span) => {
    span.setAttribute('order.id', id);
    return { id, kind: Number(id) % 2 === 0 ? 'book' : 'record' };
  });
}

const app = Fastify();
await app.register(sightline, { requestLog: true });
await app.register(monitoring);
app.get('/orders/:id', async (request) => {
  const order = await findOrder(request.params.id);
  ordersRead.inc({ kind: order.kind });
  request.log.info({ order: order.id }, 'Order read');
  return order;
});

await app.listen({ port: Number(process.env.PORT ?? 3000), host: '127.0.0.1' });
log.info('Ready', { port: app.server.address().port });
