/** One test for each scenario; all of them are played at once, before the first. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { has, temporaryFolder } from '../../../support/programs.ts';
import { aligned, outline, toldGroups } from './compare.ts';
import { type PlayOptions, playUndisturbed, type Told } from './play.ts';
import type { Scenario } from './scenario.ts';

const LONGEST_MS = 500_000;

export function compareScenarios(
  scenarios: readonly Scenario[],
  options: Pick<PlayOptions, 'length' | 'reloadAt'>,
): void {
  describe.skipIf(!has('prometheus-alertmanager'))('told the same (needs the prometheus-alertmanager binary)', () => {
    const folder = temporaryFolder();
    let told: Told;

    beforeAll(async () => {
      told = await playUndisturbed({ ...options, folder: folder.path, scenarios });
    }, LONGEST_MS);
    afterAll(() => folder.remove());

    test.each(scenarios)('$name', ({ name, tolerance }) => {
      const theirs = toldGroups(told.theirs, name, told.timeline);
      const ours = toldGroups(told.ours, name, told.timeline);
      const compared = aligned(ours, theirs, tolerance);
      expect(outline(compared)).toEqual(outline(theirs));
      expect(compared).toEqual(theirs);
    });
  });
}
