/** L4: three paths hidden, against pino's redaction of the same paths, and against the SDK's own line without them. */
import { compare } from '../logging-harness.mjs';
import { pinoReference, sdk } from '../logging-ways.mjs';

const MESSAGE = 'User login successful';
const PATHS = ['user.address', 'headers.cookies', 'iban'];
const data = (index) => ({
  user: { id: index & 63, address: '1 Main Street' },
  headers: { host: 'example.org', cookies: 'sid=1' },
  iban: 'DE89370400440532013000',
  method: 'oauth',
});

await compare('logging-redaction', {
  sdk: () => sdk((logger, index) => logger.info(MESSAGE, data(index)), { redact: PATHS }),
  sdkNoPaths: () => sdk((logger, index) => logger.info(MESSAGE, data(index))),
  sdkNoRedaction: () => sdk((logger, index) => logger.info(MESSAGE, data(index)), { redact: false }),
  pino: () =>
    pinoReference((logger, index) => logger.info({ data: data(index) }, MESSAGE), {
      redact: PATHS.map((path) => `data.${path}`),
    }),
  pinoNoRedaction: () => pinoReference((logger, index) => logger.info({ data: data(index) }, MESSAGE)),
});
