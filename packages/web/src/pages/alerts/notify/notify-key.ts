/** The key of receivers and routes in the cache. */
export const NOTIFY_KEY = ['notify'] as const;
