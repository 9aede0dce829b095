import { monitoring } from '@sightline/sdk/next';

/** The pages of the SDK: /monitoring/metrics, /monitoring/health and what is below. */
export const GET = monitoring();
