/** L2: the reference line to a file descriptor (/dev/null), the SDK's standard output sink against pino's destinations. */
import { openSync } from 'node:fs';
import { stdoutSink } from '@sightline/sdk';
import pino from 'pino';
import { compare } from '../logging-harness.mjs';
import { figures, login, pinoReference, sdk } from '../logging-ways.mjs';

const MESSAGE = 'User login successful';
const nested = (logger, index) => logger.info({ data: login(index), performance: figures(index) }, MESSAGE);
const nowhere = () => openSync('/dev/null', 'w');
const sinks = (mode) => ({ sinks: [stdoutSink({ descriptor: nowhere(), mode })] });

await compare('logging-descriptor', {
  sdk: () => sdk((logger, index) => logger.info(MESSAGE, login(index), figures(index)), sinks('batch')),
  sdkEachLine: () => sdk((logger, index) => logger.info(MESSAGE, login(index), figures(index)), sinks('sync')),
  pino: () => pinoReference(nested, {}, pino.destination({ fd: nowhere(), sync: true })),
  pinoAsync: () => pinoReference(nested, {}, pino.destination({ fd: nowhere(), sync: false, minLength: 4096 })),
});
