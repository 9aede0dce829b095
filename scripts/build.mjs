/** `npm run build`: installs and builds what changed. */
import { ensureBuilt, ensureInstalled, fail, requireNode } from './prepare.mjs';

requireNode();
try {
  await ensureInstalled('packages');
  await ensureBuilt();
} catch (error) {
  fail(error);
}
