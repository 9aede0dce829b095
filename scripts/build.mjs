/** `npm run build`: installs and builds what changed. */
import { ensureBuilt, ensureInstalled, fail, requireNode } from './prepare.mjs';

requireNode();
try {
  await ensureInstalled();
  await ensureBuilt();
} catch (error) {
  fail(error);
}
