/** Scraping: what the rest of the server uses of it. */
export type { InternalTarget } from './internal-targets.ts';
export { createScrapeManager } from './manager.ts';
export type { ScrapeManager } from './manager.ts';
