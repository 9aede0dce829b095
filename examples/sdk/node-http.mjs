/** An order service on plain node:http. */
import { createServer } from 'node:http';
import { observe } from '@sightline/sdk';
import { node, route } from '@sightline/sdk/node';

const { log, metrics, tracer, handler } = observe({ service: 'orders', version: '1.0.0' });
const ordersRead = metrics.counter('orders_read_total', 'Orders read', { labels: ['kind'] });

async function findOrder(id) {
  return tracer.span('orders.find', async (span) => {
    span.setAttribute('order.id', id);
    return { id, kind: Number(id) % 2 === 0 ? 'book' : 'record' };
  });
}

async function answer(request, response) {
  if (await handler(request, response)) return;
  const match = /^\/orders\/(\d+)$/.exec(request.url);
  if (match === null) {
    response.writeHead(404).end('no such page\n');
    return;
  }
  // Without a framework nobody else knows the template of the route.
  route('/orders/:id');
  const order = await findOrder(match[1]);
  ordersRead.inc({ kind: order.kind });
  log.info('Order read', { order: order.id });
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(order));
}

const server = createServer(node(answer));
server.listen(process.env.PORT ?? 3000, () => log.info('Ready', { port: server.address().port }));
