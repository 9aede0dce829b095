/** The ways of logging that cases compare: the SDK, pino and winston set up for the same line. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { Writable } from 'node:stream';
import { createCore, createLogging, Registry, withCorrelation } from '@sightline/sdk';
import pino from 'pino';
import winston from 'winston';
import { memoryStream } from './logging-harness.mjs';

const IDS = {
  correlation_id: 'req_abc123def456',
  user_id: 'user_123',
  session_id: 'sess_789xyz',
  request_id: 'web_request',
};

export const login = (index) => ({
  user_id: 'user_123',
  login_method: 'oauth',
  session_duration: 1800 + (index & 63),
  attempts: 1,
  remember: true,
});

export const figures = (index) => ({ duration_ms: 45.2 + (index & 7), memory_usage_mb: 12.5 });

/** The SDK in a request. @param options Of logging; a sink in memory unless they name one. */
export function sdk(write, options = {}) {
  const stream = memoryStream();
  const sinks = options.sinks ?? [{ name: 'memory', write: (line) => stream.write(line) }];
  const core = createCore({ service: 'tdd_application', environment: 'production' }, {});
  const { root } = createLogging(core, new Registry(), { ...options, sinks });
  return {
    run: (index) => write(root, index),
    scope: (fn) =>
      withCorrelation(
        {
          correlationId: IDS.correlation_id,
          userId: IDS.user_id,
          sessionId: IDS.session_id,
          requestId: IDS.request_id,
        },
        fn,
      ),
  };
}

const CONTEXT = { thread_id: 'MainThread', process_id: process.pid, environment: 'production' };

/** pino set up for the same line. @param options Further options of pino. @param stream Where to; memory unless given. */
export function pinoReference(write, options = {}, stream = memoryStream()) {
  const storage = new AsyncLocalStorage();
  const logger = pino(
    {
      base: undefined,
      messageKey: 'message',
      timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label.toUpperCase() }) },
      mixin: () => storage.getStore() ?? {},
      ...options,
    },
    stream,
  ).child({ logger: 'tdd_application', context: CONTEXT });
  return { run: (index) => write(logger, index), scope: (fn) => storage.run(IDS, fn) };
}

/** pino as it comes: its own shape, no context. */
export function pinoBare(write) {
  const logger = pino({}, memoryStream());
  return { run: (index) => write(logger, index) };
}

/** winston set up for the same line. */
export function winstonReference(write) {
  const storage = new AsyncLocalStorage();
  const stream = memoryStream();
  const { format } = winston;
  const logger = winston.createLogger({
    level: 'info',
    defaultMeta: { logger: 'tdd_application', context: CONTEXT },
    format: format.combine(
      format.timestamp(),
      format((info) => Object.assign(info, storage.getStore(), { level: info.level.toUpperCase() }))(),
      format.json(),
    ),
    transports: [
      new winston.transports.Stream({
        stream: new Writable({
          decodeStrings: false,
          write(line, _encoding, done) {
            stream.write(line);
            done();
          },
        }),
      }),
    ],
  });
  return { run: (index) => write(logger, index), scope: (fn) => storage.run(IDS, fn) };
}
