/**
 * Libraries that publish their calls on tracing channels (nodejs.org/api/diagnostics_channel.html): a call is started at
 * `start` and ended when its promise or callback is, and a callback that the library makes from its socket or its pool's queue
 * gets the context of the code that called.
 */
import { tracingChannel } from 'node:diagnostics_channel';
import { bindToChannel, type Context, current } from '../context/store.ts';
import type { Operation } from './operation.ts';

/** The caller's context on the message that the library publishes; one for all who follow. */
const CONTEXT = Symbol.for('sightline.sdk.call.context');

type Message = { error?: unknown; [CONTEXT]?: Context | undefined } & Record<symbol, Operation | undefined>;

/** Followers by channel: its callbacks are bound to their context once. */
const bindings = new Map<string, { followers: number; unbind: () => void }>();

/**
 * Follows the calls of a channel.
 *
 * @param start Says what a message is; undefined for a call that is not to be seen.
 * @param failed Told what `start` threw, e.g. for a message of an unknown version.
 * @returns Ends it.
 */
export function followChannel<TMessage>(
  name: string,
  start: (message: TMessage) => Pick<Operation, 'end'> | undefined,
  failed: (error: unknown) => void,
): () => void {
  const channel = tracingChannel<unknown, Message>(name);
  const call = Symbol(name);
  const subscribers = {
    start(message: Message): void {
      message[CONTEXT] = current();
      try {
        message[call] = start(message as TMessage);
      } catch (error) {
        // Node would make it an uncaught exception: another version of the library must not end the service.
        failed(error);
      }
    },
    // A call that throws at once has no asynchronous end.
    end(message: Message): void {
      if ('error' in message) message[call]?.end(message.error);
    },
    asyncStart(message: Message): void {
      message[call]?.end(message.error);
    },
    asyncEnd(): void {},
    error(): void {},
  };
  channel.subscribe(subscribers);
  const binding = bindings.get(name) ?? {
    followers: 0,
    unbind: bindToChannel(channel.asyncStart, (message) => (message as Message)[CONTEXT]),
  };
  binding.followers++;
  bindings.set(name, binding);
  return () => {
    channel.unsubscribe(subscribers);
    if (--binding.followers > 0) return;
    binding.unbind();
    bindings.delete(name);
  };
}
