/** An order service on NestJS. Started by start.mjs, which compiles it. */
import 'reflect-metadata';
import { Controller, Get, Module, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type Counter, type Logger, observe } from '@sightline/sdk';
import { InjectLogger, InjectMetric, NestLogger, ObservabilityModule } from '@sightline/sdk/nestjs';

const { log, tracer, handler } = observe({ service: 'orders', version: '1.0.0' });

async function findOrder(id: string) {
  return tracer.span('orders.find', async (span) => {
    span.setAttribute('order.id', id);
    return { id, kind: Number(id) % 2 === 0 ? 'book' : 'record' };
  });
}

@Controller('orders')
class OrdersController {
  constructor(
    @InjectLogger() private readonly logger: Logger,
    @InjectMetric((metrics) => metrics.counter('orders_read_total', 'Orders read', { labels: ['kind'] }))
    private readonly ordersRead: Counter<'kind'>,
  ) {}

  @Get(':id')
  async find(@Param('id') id: string) {
    const order = await findOrder(id);
    this.ordersRead.inc({ kind: order.kind });
    this.logger.info('Order read', { order: order.id });
    return order;
  }
}

@Module({ imports: [ObservabilityModule.forRoot()], controllers: [OrdersController] })
class AppModule {}

const app = await NestFactory.create(AppModule, { bufferLogs: true });
app.useLogger(app.get(NestLogger));
app.use(handler);
const server = await app.listen(process.env['PORT'] ?? 3000);
log.info('Ready', { port: server.address().port });
