/** L5: nested objects and arrays in the data, and a text of 370 characters that needs escapes. */
import { compare } from '../logging-harness.mjs';
import { pinoReference, sdk } from '../logging-ways.mjs';

const MESSAGE = 'Order placed';
const TEXT = 'line one "quoted"\n\tline two with a back\\slash and some more words to make it long enough. '.repeat(4);
const order = (index) => ({
  order: { number: index & 63, currency: 'EUR', customer: { name: 'Ada', country: 'DE' } },
  items: [
    { sku: 'A-1', quantity: 2, price: 9.5 },
    { sku: 'B-2', quantity: 1, price: 20 },
  ],
  tags: ['new', 'priority'],
});

await compare('logging-nested', {
  sdk: () => sdk((logger, index) => logger.info(MESSAGE, order(index))),
  pino: () => pinoReference((logger, index) => logger.info({ data: order(index) }, MESSAGE)),
  sdkEscaped: () => sdk((logger, index) => logger.info(MESSAGE, { index: index & 63, text: TEXT })),
  pinoEscaped: () =>
    pinoReference((logger, index) => logger.info({ data: { index: index & 63, text: TEXT } }, MESSAGE)),
});
