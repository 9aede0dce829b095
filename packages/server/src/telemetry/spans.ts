/** Spans of the server's own work: what of the SDK's tracer the rest of the server holds. */
export interface Spans {
  /** Calls `fn` in a span that ends when its promise is settled; what it throws is recorded. */
  span<TResult>(
    name: string,
    fn: () => TResult,
    options?: { readonly attributes?: Readonly<Record<string, string | number>> },
  ): TResult;
}
