/**
 * NestJS 11 on both platforms. Decorators are applied as the functions they are, which is what a compiler makes of them.
 */
import 'reflect-metadata';
import {
  BadRequestException,
  Controller,
  Get,
  type INestApplication,
  Injectable,
  Logger as CommonLogger,
  Module,
  NotFoundException,
  Param,
  Post,
  UseGuards,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Counter, Logger, Observability, Registry } from '@sightline/sdk';
import {
  InjectLogger,
  InjectMetric,
  metricProvider,
  NestLogger,
  OBSERVABILITY,
  ObservabilityModule,
} from '@sightline/sdk/nestjs';
import { of } from 'rxjs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startObserved } from '../support/observed.ts';

const observed = startObserved();

class DenyGuard {
  canActivate(): boolean {
    return false;
  }
}

class OrderService {
  readonly log: Logger;
  readonly named: Logger;

  constructor(log: Logger, named: Logger) {
    this.log = log;
    this.named = named;
  }

  async find(id: string): Promise<string> {
    await null;
    this.log.info('finding', { id });
    this.named.info('named');
    return id;
  }
}
Injectable()(OrderService);
InjectLogger()(OrderService, undefined, 0);
InjectLogger('shop.orders')(OrderService, undefined, 1);

class OrderController {
  declare readonly orders: OrderService;
  declare readonly taken: Counter<'kind'>;
  declare readonly listed: Counter;

  constructor(orders: OrderService) {
    this.orders = orders;
  }

  async find(id: string) {
    this.taken.inc({ kind: 'read' });
    this.listed.inc();
    return { id: await this.orders.find(id) };
  }

  stream() {
    return of({ from: 'rxjs' });
  }

  denied() {
    return 'never';
  }

  broken() {
    throw new Error('broken on purpose');
  }

  missing() {
    throw new NotFoundException('no such order');
  }

  create() {
    throw new BadRequestException();
  }
}
const { prototype } = OrderController;
const method = (name: keyof OrderController, ...decorators: MethodDecorator[]) => {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  if (descriptor === undefined) throw new Error(name);
  for (const decorate of decorators) decorate(prototype, name, descriptor);
};
Controller('orders')(OrderController);
Reflect.defineMetadata('design:paramtypes', [OrderService], OrderController);
InjectMetric((metrics: Registry) => metrics.counter('orders_taken_total', 'Orders', { labels: ['kind'] }))(
  prototype,
  'taken',
);
InjectMetric('orders_listed_total')(prototype, 'listed');
Param('id')(prototype, 'find', 0);
method('find', Get(':id'));
method('stream', Get(':id/stream'));
method('denied', Get(':id/denied'), UseGuards(DenyGuard));
method('broken', Get(':id/broken'));
method('missing', Get(':id/missing'));
method('create', Post(':id/items'));

class AppModule {}
Module({
  imports: [ObservabilityModule.forRoot({ service: 'nest' })],
  controllers: [OrderController],
  providers: [
    OrderService,
    metricProvider('orders_listed_total', (metrics) => metrics.counter('orders_listed_total', 'Orders listed')),
  ],
})(AppModule);

const answers: [method: string, path: string, status: number, route: string, handler: string | undefined][] = [
  ['GET', '/api/orders/5?token=secret', 200, '/api/orders/:id', 'OrderController.find'],
  ['GET', '/api/orders/5/stream', 200, '/api/orders/:id/stream', 'OrderController.stream'],
  ['GET', '/api/orders/5/denied', 403, '/api/orders/:id/denied', undefined],
  ['GET', '/api/orders/5/missing', 404, '/api/orders/:id/missing', 'OrderController.missing'],
  ['POST', '/api/orders/5/items', 400, '/api/orders/:id/items', 'OrderController.create'],
  ['GET', '/api/nowhere/5', 404, 'unmatched', undefined],
];

describe.each([
  ['platform-express', () => new ExpressAdapter()],
  ['platform-fastify', () => new FastifyAdapter()],
] as const)('%s', (_, adapter) => {
  let app: INestApplication;
  let base: string;

  beforeAll(async () => {
    app = await NestFactory.create(AppModule, adapter(), { bufferLogs: true });
    app.useLogger(app.get(NestLogger));
    app.setGlobalPrefix('api');
    await app.listen(0, '127.0.0.1');
    base = await app.getUrl();
  });
  beforeEach(() => observed.clear());
  afterAll(() => app.close());

  it('names route and handler of each request', async () => {
    for (const [method, path, status] of answers) expect((await fetch(base + path, { method })).status).toBe(status);
    const lines = await observed.accessLines(answers.length);
    expect(lines.map(({ data }) => [data?.['method'], data?.['status'], data?.['route']])).toEqual(
      answers.map(([method, , status, route]) => [method, status, route]),
    );
    const servers = observed.spans.filter(({ kind }) => kind === 1);
    expect(servers.map(({ attributes }) => attributes['code.function.name'])).toEqual(
      answers.map(([, , , , handler]) => handler),
    );
    expect(servers.flatMap(({ exceptions }) => exceptions)).toEqual([]);
    expect(JSON.stringify(observed.lines)).not.toContain('secret');
  });

  it('records what a handler throws', async () => {
    expect((await fetch(`${base}/api/orders/5/broken`)).status).toBe(500);
    const [line] = await observed.accessLines(1);
    expect(line).toMatchObject({ level: 'ERROR', data: { route: '/api/orders/:id/broken', status: 500 } });
    const span = observed.spans.find(({ kind }) => kind === 1);
    expect(span).toMatchObject({ status: { code: 2 }, exceptions: ['broken on purpose'] });
    // Nest says it too, in the same context.
    const told = observed.lines.find(({ logger }) => logger === 'ExceptionsHandler');
    expect(told).toMatchObject({ level: 'ERROR', trace_id: line?.trace_id });
  });

  it('injects loggers named after the class, or as asked, and metrics', async () => {
    await fetch(`${base}/api/orders/7`, { headers: { 'x-request-id': 'r-7' } });
    await observed.accessLines(1);
    expect(observed.lines.find(({ message }) => message === 'finding')).toMatchObject({
      logger: 'OrderService',
      request_id: 'r-7',
      data: { id: '7' },
    });
    expect(observed.lines.some(({ logger }) => logger === 'shop.orders')).toBe(true);
    const exposition = await observed.exposition();
    expect(exposition).toMatch(/orders_taken_total\{kind="read"\} +[1-9]/);
    expect(exposition).toMatch(/orders_listed_total +[1-9]/);
    expect(app.get<Observability>(OBSERVABILITY)).toBe(observed.observability);
  });

  it('takes what Nest and its Logger write', () => {
    const logger = new CommonLogger('Payment');
    logger.log('paid');
    logger.warn({ amount: 5 });
    logger.error('failed', new Error('no money').stack);
    logger.error(new Error('thrown'));
    logger.verbose('detail');
    logger.fatal('the end');
    const lines = observed.lines.filter((line) => line.logger === 'Payment');
    expect(lines.map(({ level, message }) => [level, message])).toEqual([
      ['INFO', 'paid'],
      ['WARNING', 'warn'],
      ['ERROR', 'failed'],
      ['ERROR', 'thrown'],
      ['TRACE', 'detail'],
      ['CRITICAL', 'the end'],
    ]);
    expect(lines[1]?.data).toEqual({ amount: 5 });
    expect(String(lines[2]?.data?.['stack'])).toContain('no money');
    expect(lines[3]?.error).toMatchObject({ message: 'thrown' });
  });
});

describe('ObservabilityModule.forRootAsync', () => {
  it('takes options from other providers', async () => {
    class Config {
      readonly name = 'from-config';
    }
    Injectable()(Config);
    class ConfigModule {}
    Module({ providers: [Config], exports: [Config] })(ConfigModule);
    const asked: string[] = [];
    class AsyncModule {}
    Module({
      imports: [
        ObservabilityModule.forRootAsync({
          imports: [ConfigModule],
          inject: [Config],
          useFactory: (config: Config) => {
            asked.push(config.name);
            return { service: config.name };
          },
        }),
      ],
    })(AsyncModule);
    const context = await NestFactory.createApplicationContext(AsyncModule, { logger: false });
    expect(asked).toEqual(['from-config']);
    expect(context.get<Observability>(OBSERVABILITY)).toBe(observed.observability);
    await context.close();
  });
});

describe('closing', () => {
  it('flushes telemetry when an application is closed, and leaves the SDK running', async () => {
    const context = await NestFactory.createApplicationContext(AppModule, { logger: false });
    await context.close();
    observed.clear();
    observed.observability.logger('after').info('still here');
    expect(observed.lines).toHaveLength(1);
  });
});
