/**
 * The structured keys of `alerting:` in sightline.yml. Read in two steps, since sightline.yml and alertmanager.yml name each other's
 * parts: first the file itself, which gives the preset time intervals, then what it says about receivers and intervals.
 */
import { deepFreeze } from '../../../config/freeze.ts';
import type { Diagnostic } from '../../../lib/diagnostic.ts';
import { Cursor, type DecodeContext } from '../../../lib/yaml-cursor.ts';
import { ObjectReader } from '../../../lib/yaml-object.ts';
import { parseYaml } from '../../../lib/yaml-parse.ts';
import { reportUnknown } from '../../config/routes.ts';
import type { AlertmanagerConfig } from '../../config/types.ts';
import { readAlertingSection, type ReadSection } from './read.ts';
import { type BeyondConfig, NOTHING_BEYOND, type PresetIntervals } from './types.ts';

export interface BeyondSource {
  /** Time intervals that alertmanager.yml may name although it does not define them. */
  readonly intervals: PresetIntervals;
  /** What alertmanager.yml defines and only sightline.yml uses. */
  readonly uses: { readonly receivers: ReadonlySet<string>; readonly intervals: ReadonlySet<string> };
  /** So far. */
  readonly diagnostics: readonly Diagnostic[];
  /** Checks the names against the alertmanager.yml that was read; undefined: it has mistakes itself. */
  resolve(alertmanager: AlertmanagerConfig | undefined): LoadedBeyond;
}

interface LoadedBeyond {
  readonly config: BeyondConfig;
  /** All of them, those of `BeyondSource` included. */
  readonly diagnostics: readonly Diagnostic[];
}

const NO_FILE: BeyondSource = {
  intervals: new Map(),
  uses: { receivers: new Set(), intervals: new Set() },
  diagnostics: [],
  resolve: () => ({ config: NOTHING_BEYOND, diagnostics: [] }),
};

/** @param text of sightline.yml; what else it holds is not looked at, and neither is YAML that cannot be read */
export function readBeyondConfig(file: string, text: string): BeyondSource {
  const parsed = parseYaml(file, text);
  if (parsed.root === undefined) return NO_FILE;
  const diagnostics: Diagnostic[] = [];
  const section = sectionOf({ source: parsed.source, diagnostics, secrets: [], fileExists: () => true }, parsed.root);
  if (section === undefined) return NO_FILE;
  const read = readAlertingSection(section);
  const named = (what: string) =>
    new Set(read.references.filter((reference) => reference.what === what).map(({ name }) => name));
  return {
    intervals: read.intervals,
    uses: { receivers: named('receiver'), intervals: named('time interval') },
    diagnostics,
    resolve: (alertmanager) => {
      if (alertmanager !== undefined) checkReferences(read, alertmanager);
      return { config: deepFreeze(read.config), diagnostics };
    },
  };
}

/** Wrong types and unknown keys around are told by the reader of the whole file. */
function sectionOf(context: DecodeContext, node: Cursor['node']): ObjectReader | undefined {
  const silent: DecodeContext = { ...context, diagnostics: [] };
  const root = ObjectReader.open(new Cursor(silent, node, ''));
  const section = root?.given('alerting');
  if (section === undefined || section.node.kind !== 'map') return undefined;
  return ObjectReader.open(new Cursor(context, section.node, section.path, section.key));
}

function checkReferences({ references, intervals, intervalsAt }: ReadSection, alertmanager: AlertmanagerConfig): void {
  const receivers = new Set(alertmanager.receivers.map(({ name }) => name));
  const times = new Set(alertmanager.timeIntervals.keys());
  for (const { what, name, cursor } of references) {
    const known = what === 'receiver' ? receivers : times;
    if (!known.has(name)) reportUnknown(cursor, what, known, 'alerting');
  }
  for (const [name, preset] of intervals) {
    if (alertmanager.timeIntervals.get(name) === preset) continue;
    intervalsAt?.error({
      code: 'alerting/duplicate-interval',
      message: `alertmanager.yml defines the time interval \`${name}\` too`,
      hint: 'remove `business_hours`, or rename the time interval',
      ...(intervalsAt.key === undefined ? {} : { span: intervalsAt.key }),
    });
  }
}
