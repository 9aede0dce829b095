/**
 * Starts the SDK from the environment before the service loads: `node --import @sightline/sdk/register app.js`, for CommonJS
 * also `node -r @sightline/sdk/register app.js`. A later `observe()` of the service gets the instance that runs.
 */
import { observe } from './observe/observe.ts';

observe();
