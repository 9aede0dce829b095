/** The same while both read another alertmanager.yml in the middle. */
import { RELOAD_AT, RELOADING } from './cases/reloading.ts';
import { compareScenarios } from './compare-scenarios.ts';
import { generatedScenarios } from './generate.ts';

compareScenarios([...RELOADING, ...generatedScenarios({ seed: 1_000, count: 25, lastPost: 8, isReloaded: true })], {
  length: 12,
  reloadAt: RELOAD_AT,
});
