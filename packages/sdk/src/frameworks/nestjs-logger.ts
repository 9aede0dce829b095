/** The SDK's logger as Nest's `LoggerService`: what Nest says itself and what `new Logger('Name')` of @nestjs/common writes. */
import type { Logger } from '../logging/logger.ts';
import type { Observability } from '../observe/observe.ts';

type Method = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'critical';

const NEST_LEVELS = [
  ['verbose', 'trace'],
  ['debug', 'debug'],
  ['log', 'info'],
  ['warn', 'warn'],
  ['error', 'error'],
  ['fatal', 'critical'],
] as const;

/** Lines of text that begin as the frames of a stack do. */
const STACK = /^(?:.*\n)*?\s+at .+/;

/**
 * Nest calls it with a message, any number of further values and the name of the class as the last one.
 *
 * @example
 * const app = await NestFactory.create(AppModule, { bufferLogs: true });
 * app.useLogger(app.get(NestLogger));
 */
export class NestLogger {
  readonly #of: (name: string) => Logger;
  readonly #setLevel: Observability['setLevel'];

  constructor(observability: Pick<Observability, 'logger' | 'setLevel'>) {
    this.#of = (name) => observability.logger(name);
    this.#setLevel = (...args) => observability.setLevel(...args);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.#write('trace', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.#write('debug', message, rest);
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.#write('info', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.#write('warn', message, rest);
  }

  /** Nest gives the stack as a text before the name of the class. */
  error(message: unknown, ...rest: unknown[]): void {
    this.#write('error', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.#write('critical', message, rest);
  }

  /** The lowest of the levels counts: the SDK has no holes between levels. */
  setLogLevels(levels: readonly string[]): void {
    const lowest = NEST_LEVELS.find(([name]) => levels.includes(name));
    if (lowest !== undefined) this.#setLevel('*', lowest[1]);
  }

  #write(method: Method, message: unknown, rest: readonly unknown[]): void {
    const last = rest.at(-1);
    const hasName = typeof last === 'string' && !STACK.test(last);
    const logger = this.#of(hasName ? last : 'nest');
    const values = (hasName ? rest.slice(0, -1) : rest).filter((value) => value !== undefined);
    const stack = values.find((value) => typeof value === 'string' && STACK.test(value));
    const others = values.filter((value) => value !== stack);
    if (message instanceof Error) logger[method](message.message, message);
    else if (typeof message === 'string') logger[method](message, dataOf(others, stack));
    else logger[method](method === 'info' ? 'message' : method, dataOf([message, ...others], stack));
  }
}

function dataOf(values: readonly unknown[], stack: unknown): object | undefined {
  const [first] = values;
  if (values.length === 1 && stack === undefined && typeof first === 'object' && first !== null) return first;
  if (values.length === 0 && stack === undefined) return undefined;
  return {
    ...(values.length === 0 ? {} : { values }),
    ...(stack === undefined ? {} : { stack }),
  };
}
