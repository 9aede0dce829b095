/** The real Alertmanager and Sightline with the same alertmanager.yml hear the same alerts: their receivers must be told the same. */
import { CALENDAR } from './cases/calendar.ts';
import { FAILING } from './cases/failing.ts';
import { GROUPING } from './cases/grouping.ts';
import { INHIBITION } from './cases/inhibition.ts';
import { RESOLVING } from './cases/resolving.ts';
import { ROUTING } from './cases/routing.ts';
import { SILENCES } from './cases/silences.ts';
import { compareScenarios } from './compare-scenarios.ts';
import { generatedScenarios } from './generate.ts';

/** Another seed plays other scenarios. */
const SEED = Number(process.env['SIGHTLINE_SEED'] ?? 1);
const WRITTEN = [...GROUPING, ...RESOLVING, ...INHIBITION, ...SILENCES, ...ROUTING, ...CALENDAR, ...FAILING];

compareScenarios([...WRITTEN, ...generatedScenarios({ seed: SEED, count: 40, lastPost: 8 })], { length: 12 });
