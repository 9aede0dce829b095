/**
 * Sees how a promise ends and gives one that ends the same. The caller gets that one: a handler on the first would mark it as
 * handled and hide a rejection that nobody waits for.
 *
 * @param done Told the reason of a rejection, undefined otherwise. It must not throw.
 */
export function settled<TValue>(promise: Promise<TValue>, done: (error?: unknown) => void): Promise<TValue> {
  return promise.then(
    (value) => {
      done();
      return value;
    },
    (error: unknown) => {
      done(error ?? new Error('rejected without a reason'));
      throw error;
    },
  );
}
