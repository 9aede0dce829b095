/** One test for each scenario; all of them are played at once, before the first, and once more for those that differ. */
import path from 'node:path';
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
    const plays: Promise<Told>[] = [];
    /** All scenarios at once, when first asked for. */
    const played = (attempt: number): Promise<Told> =>
      (plays[attempt] ??= playUndisturbed({ ...options, folder: path.join(folder.path, String(attempt)), scenarios }));

    beforeAll(async () => void (await played(0)), LONGEST_MS);
    afterAll(() => folder.remove());

    test.for(scenarios)('$name', { timeout: LONGEST_MS }, async ({ name, tolerance }, { task }) => {
      const told = await played(task.result?.retryCount ?? 0);
      const theirs = toldGroups(told.theirs, name, told.timeline);
      const ours = toldGroups(told.ours, name, told.timeline);
      const compared = aligned(ours, theirs, tolerance);
      expect(outline(compared)).toEqual(outline(theirs));
      expect(compared).toEqual(theirs);
    });
  });
}
