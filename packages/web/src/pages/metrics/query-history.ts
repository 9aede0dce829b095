/** Where the queries that were run are remembered. */
export const HISTORY = 'query-history';
export const HISTORY_LIMIT = 50;
