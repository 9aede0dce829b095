/** The rules that come with Sightline: `packages/server/rules/*.yml`, for hosts, targets that are down, and Sightline itself. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadRuleFile } from './rule-file/load.ts';
import type { RuleGroupSpec } from './rule-file/types.ts';

const FOLDER = fileURLToPath(new URL('../../rules/', import.meta.url));

/** Its file holds nothing but the alert that always fires. */
const WATCHDOG_FILE = 'watchdog.yml';
export const WATCHDOG = 'Watchdog';

/** Groups whose file is named `sightline/NAME.yml`. @throws Error a file has a mistake: the program is broken */
export function readDefaultRules({ withWatchdog }: { readonly withWatchdog: boolean }): readonly RuleGroupSpec[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.yml') && (withWatchdog || name !== WATCHDOG_FILE))
    .sort()
    .flatMap((name) => {
      const loaded = loadRuleFile({ file: `sightline/${name}`, text: readFileSync(FOLDER + name, 'utf8') });
      if (loaded.groups === undefined) throw new Error(`${name}: ${loaded.diagnostics[0]?.message}`);
      return loaded.groups;
    });
}
