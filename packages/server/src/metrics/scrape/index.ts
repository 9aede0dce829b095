/** Scraping: what the rest of the server uses of it. */
export { ScrapeError } from './errors.ts';
export type { ScrapeErrorCode } from './errors.ts';
export type { InternalTarget } from './internal-targets.ts';
export { createScrapeManager } from './manager.ts';
export type { PreparedScrapes, ScrapeManager, ScrapeManagerOptions, ScrapeTracker } from './manager.ts';
