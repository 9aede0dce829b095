/** The real Alertmanager and Sightline with the same alertmanager.yml hear the same alerts: their receivers must be told the same. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { has, temporaryFolder } from '../../../support/programs.ts';
import { FAILING } from './cases/failing.ts';
import { GROUPING } from './cases/grouping.ts';
import { INHIBITION } from './cases/inhibition.ts';
import { RESOLVING } from './cases/resolving.ts';
import { ROUTING } from './cases/routing.ts';
import { SILENCES } from './cases/silences.ts';
import { aligned, toldGroups } from './compare.ts';
import { playUndisturbed, type Told } from './play.ts';

const SCENARIOS = [...GROUPING, ...RESOLVING, ...INHIBITION, ...SILENCES, ...ROUTING, ...FAILING];

describe.skipIf(!has('prometheus-alertmanager'))('scenarios (need the prometheus-alertmanager binary)', () => {
  const folder = temporaryFolder();
  let told: Told;

  beforeAll(async () => {
    told = await playUndisturbed({ folder: folder.path, scenarios: SCENARIOS, length: 12 });
  }, 200_000);
  afterAll(() => folder.remove());

  test.each(SCENARIOS)('$name', ({ name, tolerance }) => {
    const theirs = toldGroups(told.theirs, name, told.startMs);
    const ours = toldGroups(told.ours, name, told.startMs);
    expect(aligned(ours, theirs, tolerance)).toEqual(theirs);
  });
});
