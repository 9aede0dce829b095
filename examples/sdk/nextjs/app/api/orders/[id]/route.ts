import { observe } from '@sightline/sdk';
import { withObservability } from '@sightline/sdk/next';

const { log, metrics, tracer } = observe();
const ordersRead = metrics.counter('orders_read_total', 'Orders read', { labels: ['kind'] });

async function findOrder(id: string) {
  return tracer.span('orders.find', async (span) => {
    span.setAttribute('order.id', id);
    return { id, kind: Number(id) % 2 === 0 ? 'book' : 'record' };
  });
}

export const GET = withObservability(
  async (_request: Request, { params }: { params: Promise<{ id: string }> }) => {
    const order = await findOrder((await params).id);
    ordersRead.inc({ kind: order.kind });
    log.info('Order read', { order: order.id });
    return Response.json(order);
  },
  { route: '/api/orders/[id]' },
);
