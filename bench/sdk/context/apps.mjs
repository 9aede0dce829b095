/**
 * One small service per framework, all the same: `/work/:id` reads the body, if there is one, and answers with what `work(id)`
 * gives. Each starts on a free port and returns how to stop it.
 */
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { sightline as expressMiddleware } from '@sightline/sdk/express';
import { sightline as fastifyPlugin } from '@sightline/sdk/fastify';
import { sightline as honoMiddleware } from '@sightline/sdk/hono';
import { sightline as koaMiddleware } from '@sightline/sdk/koa';
import { ObservabilityModule } from '@sightline/sdk/nestjs';
import { node as nodeListener } from '@sightline/sdk/node';

const require = createRequire(import.meta.url);

async function listen(server) {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server.address().port;
}

const stopping = (server) => () =>
  new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });

const APPS = {
  async node(work) {
    const server = createServer(
      nodeListener(async (request, response) => {
        let size = 0;
        for await (const chunk of request) size += chunk.length;
        const result = await work(Number(request.url.split('/')[2]), size);
        response.setHeader('content-type', 'application/json').end(JSON.stringify(result));
      }),
    );
    return { port: await listen(server), stop: stopping(server) };
  },

  express4: (work) => express(require('express4'), work),
  express5: (work) => express(require('express'), work),

  async fastify(work) {
    const app = require('fastify')();
    await app.register(fastifyPlugin);
    app.all('/work/:id', async (request) => work(Number(request.params.id), request.body?.text.length ?? 0));
    await app.listen({ port: 0, host: '127.0.0.1' });
    return { port: app.server.address().port, stop: () => app.close() };
  },

  async koa(work) {
    const { default: Koa } = await import('koa');
    const { default: Router } = await import('@koa/router');
    const app = new Koa();
    const router = new Router();
    router.all('/work/:id', async (context) => {
      let size = 0;
      for await (const chunk of context.req) size += chunk.length;
      context.body = await work(Number(context.params.id), size);
    });
    app.use(koaMiddleware());
    app.use(router.routes());
    const server = createServer(app.callback());
    return { port: await listen(server), stop: stopping(server) };
  },

  async hono(work) {
    const { Hono } = await import('hono');
    const { getRequestListener } = await import('@hono/node-server');
    const app = new Hono();
    app.use(honoMiddleware());
    app.all('/work/:id', async (context) => {
      const body = context.req.method === 'POST' ? await context.req.text() : '';
      return context.json(await work(Number(context.req.param('id')), body.length));
    });
    const server = createServer(getRequestListener(app.fetch));
    return { port: await listen(server), stop: stopping(server) };
  },

  nest: (work) => nest(work, require('@nestjs/platform-express').ExpressAdapter),
  'nest-fastify': (work) => nest(work, require('@nestjs/platform-fastify').FastifyAdapter),
};

async function express(create, work) {
  const app = create();
  app.use(expressMiddleware());
  app.use(create.json());
  app.all('/work/:id', (request, response, next) => {
    work(Number(request.params.id), request.body?.text?.length ?? 0).then((result) => response.json(result), next);
  });
  const server = createServer(app);
  return { port: await listen(server), stop: stopping(server) };
}

async function nest(work, Adapter) {
  const { All, Body, Controller, HttpCode, Module, Param } = require('@nestjs/common');
  const { NestFactory } = require('@nestjs/core');
  class WorkController {
    run(id, body) {
      return work(Number(id), body?.text?.length ?? 0);
    }
  }
  const { prototype } = WorkController;
  const method = Object.getOwnPropertyDescriptor(prototype, 'run');
  All(':id')(prototype, 'run', method);
  HttpCode(200)(prototype, 'run', method);
  Param('id')(prototype, 'run', 0);
  Body()(prototype, 'run', 1);
  Controller('work')(WorkController);
  class AppModule {}
  Module({ imports: [ObservabilityModule.forRoot()], controllers: [WorkController] })(AppModule);
  const app = await NestFactory.create(AppModule, new Adapter(), { logger: false });
  await app.listen(0, '127.0.0.1');
  return { port: app.getHttpServer().address().port, stop: () => app.close() };
}

/** Names of the frameworks. */
export const frameworks = Object.keys(APPS);

/** Starts the service. @returns Its port, and how to stop it. */
export function startApp(framework, work) {
  return APPS[framework](work);
}
