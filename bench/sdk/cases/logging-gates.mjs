/** L6: what a line costs that is not written: its level is off, it is sampled out, or its budget is used up. */
import { compare } from '../logging-harness.mjs';
import { sdk } from '../logging-ways.mjs';

const DATA = { attempts: 1 };

await compare('logging-gates', {
  sdk: () => sdk((logger) => logger.debug('Not written', DATA)),
  sampledOut: () => sdk((logger) => logger.info('Not written', DATA), { sampleRate: 0 }),
  rateLimited: () => {
    let limited;
    return sdk((logger) => {
      limited ??= logger.rateLimited({ maxPerMinute: 1, key: 'bench' });
      limited.info('Hardly written', DATA);
    });
  },
});
