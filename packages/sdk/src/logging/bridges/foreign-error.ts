/** Errors that another logger has made plain objects of, as errors again. */
export function foreignError(value: unknown): Error | undefined {
  if (value instanceof Error) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  const { message, stack, type, name, ...fields } = value as Record<string, unknown>;
  if (typeof message !== 'string') return undefined;
  const error = Object.assign(new Error(message), fields);
  const shownName = typeof type === 'string' ? type : name;
  if (typeof shownName === 'string') Object.defineProperty(error, 'name', { value: shownName });
  // Without one of its own: the place where it is put together again says nothing.
  Object.defineProperty(error, 'stack', { value: typeof stack === 'string' ? stack : undefined });
  return error;
}
