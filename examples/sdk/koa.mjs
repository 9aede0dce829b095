/** An order service on Koa. */
import Router from '@koa/router';
import { observe } from '@sightline/sdk';
import { monitoring, sightline } from '@sightline/sdk/koa';
import Koa from 'koa';

const { log, metrics, tracer } = observe({ service: 'orders', version: '1.0.0' });
const ordersRead = metrics.counter('orders_read_total', 'Orders read', { labels: ['kind'] });

async function findOrder(id) {
  return tracer.span('orders.find', async (span) => {
    span.setAttribute('order.id', id);
    return { id, kind: Number(id) % 2 === 0 ? 'book' : 'record' };
  });
}

const router = new Router();
router.get('/orders/:id', async (context) => {
  const order = await findOrder(context.params.id);
  ordersRead.inc({ kind: order.kind });
  log.info('Order read', { order: order.id });
  context.body = order;
});

const app = new Koa();
app.use(sightline());
app.use(monitoring());
app.use(router.routes());

const server = app.listen(process.env.PORT ?? 3000, () => log.info('Ready', { port: server.address().port }));
