/**
 * Fastify 5: `await app.register(sightline)` gives requests their route and error, and on request the SDK's logger. Instances
 * made after `observe()` have the former without it. Nothing of Fastify is imported.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { addFastifyHooks, type FastifyLike } from '../http/fastify-hooks.ts';
import type { Logger } from '../logging/logger.ts';
import { type ObserveOptions, observe } from '../observe/observe.ts';
import { type PinoShape, pinoShape } from './pino-shape.ts';

/** Options of the plugin; those of `observe()` count when the service has not called it. */
export interface SightlineFastifyOptions extends ObserveOptions {
  /** Makes `request.log` and `reply.log` write with the SDK (true: with the logger `fastify`), whatever the instance has. */
  requestLog?: Logger | boolean | undefined;
}

interface WithLog {
  log: unknown;
}

/**
 * The plugin; it applies to the instance it is registered on with all below it, as if wrapped by `fastify-plugin`.
 *
 * @throws ObserveError that lists every wrong option.
 * @example
 * const app = Fastify();
 * await app.register(sightline, { service: 'shop', requestLog: true });
 */
export function sightline(fastify: FastifyLike, options: SightlineFastifyOptions, done: (error?: Error) => void): void {
  const { requestLog = false, ...observing } = options;
  const { logger } = observe(observing);
  addFastifyHooks(fastify);
  if (requestLog !== false) {
    const log = pinoShape(requestLog === true ? logger('fastify') : requestLog);
    fastify.addHook('onRequest', (request, reply, next) => {
      (request as unknown as WithLog).log = log;
      (reply as WithLog).log = log;
      next();
    });
  }
  done();
}

/** What is used of a request and a reply to answer without Fastify. */
interface WithRaw<TRaw> {
  readonly raw: TRaw;
}

/**
 * The monitoring pages (/health, /metrics ...) as a plugin; register it before everything that asks who it is.
 *
 * @example await app.register(monitoring);
 */
export function monitoring(fastify: FastifyLike, _options: object, done: (error?: Error) => void): void {
  const { handler } = observe();
  fastify.addHook('onRequest', (request, reply, next) => {
    const { raw } = request as unknown as WithRaw<IncomingMessage>;
    const answer = reply as WithRaw<ServerResponse> & { hijack(): unknown };
    void handler(raw, answer.raw).then((isKnown) => (isKnown ? answer.hijack() : next()));
  });
  done();
}

asPlugin(sightline, 'sightline');
asPlugin(monitoring, 'sightline-monitoring');

/** What fastify-plugin writes: no scope of its own, the name in messages, the versions it is for. */
function asPlugin(plugin: object, name: string): void {
  Object.assign(plugin, {
    [Symbol.for('skip-override')]: true,
    [Symbol.for('fastify.display-name')]: name,
    [Symbol.for('plugin-meta')]: { name, fastify: '5.x' },
  });
}

/**
 * The SDK's logger in the shape that Fastify's option `loggerInstance` wants, for the lines of Fastify itself and
 * `request.log`. The SDK writes a line per request, so turn Fastify's off.
 *
 * @example Fastify({ loggerInstance: fastifyLogger(logger('fastify')), disableRequestLogging: true });
 */
export function fastifyLogger(logger: Logger): PinoShape {
  return pinoShape(logger);
}
