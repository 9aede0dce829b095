/** L1, L3, L7: the reference line with data and performance, bytes in memory, against pino and winston set up for the same line. */
import { compare } from '../logging-harness.mjs';
import { figures, login, pinoBare, pinoReference, sdk, winstonReference } from '../logging-ways.mjs';

const MESSAGE = 'User login successful';
const nested = (logger, index) => logger.info({ data: login(index), performance: figures(index) }, MESSAGE);

await compare('logging-line', {
  sdk: () => sdk((logger, index) => logger.info(MESSAGE, login(index), figures(index))),
  sdkDataOnly: () => sdk((logger, index) => logger.info(MESSAGE, login(index))),
  pino: () => pinoReference(nested),
  pinoDataOnly: () => pinoReference((logger, index) => logger.info({ data: login(index) }, MESSAGE)),
  pinoBare: () => pinoBare((logger, index) => logger.info(login(index), MESSAGE)),
  winston: () =>
    winstonReference((logger, index) => logger.info(MESSAGE, { data: login(index), performance: figures(index) })),
});
