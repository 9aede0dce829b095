/**
 * Keeps the context of a request over its body: on Node 24 the context of a socket is fixed when it opens, so parts of a body
 * that come in later packets would be emitted outside of the request. Requests without a body do not need this.
 */
import type { EventEmitter } from 'node:events';
import { current, runWith } from '../context/store.ts';
import { mark, requestOf, type ServerRequest } from './request.ts';

/** A request of node:http or of the compatibility API of node:http2. */
interface Message extends EventEmitter {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** From now on the events of `message` are emitted in the context of its request, if it has a body. */
export function keepContext(message: Message, served: ServerRequest): void {
  const { headers } = message;
  const length = headers['content-length'];
  if ((length === undefined || length === '0') && headers['transfer-encoding'] === undefined) return;
  mark(message, served);
  message.emit = emitInContext;
}

function emitInContext(this: Message, ...args: Parameters<Message['emit']>): boolean {
  const { emit } = Object.getPrototypeOf(this) as Message;
  const served = requestOf(this);
  if (served === undefined || current()?.request === served) return Reflect.apply(emit, this, args);
  return runWith(served.context, Reflect.apply<Message, typeof args, boolean>, emit, this, args);
}
