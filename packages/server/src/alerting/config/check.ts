/** `sightline check alertmanager FILE`: the loader that a start uses, over one file, with a summary of what is in it. */
import { diskFiles, type FileAccess } from '../../config/file-access.ts';
import { unreadableFile } from '../../config/unreadable-file.ts';
import { type Diagnostic, hasErrors } from '../../lib/diagnostic.ts';
import { loadRuleFile } from '../../rules/rule-file/load.ts';
import { type KnownAlert, knownAlert } from './lint/known-alerts.ts';
import { loadAlertmanagerConfig } from './load.ts';
import type { AlertmanagerConfig, RouteConfig } from './types.ts';

export interface CheckAlertmanagerReport {
  readonly file: string;
  /** No errors; warnings do not count. */
  readonly isValid: boolean;
  readonly diagnostics: readonly Diagnostic[];
  /** Texts by file name, for `renderDiagnostics`. Secrets are starred out. */
  readonly sources: ReadonlyMap<string, string>;
  /** `4 routes, 3 receivers`; '' when there are errors. */
  readonly summary: string;
}

export interface CheckAlertmanagerOptions {
  readonly files?: FileAccess;
  /** Instead of the text on the disk. */
  readonly text?: string;
  /** Files of alerting rules, whose labels the configuration is compared with. */
  readonly ruleFiles?: readonly string[];
  /** Alerts that will come beside those of the files. */
  readonly alerts?: readonly KnownAlert[];
}

export function checkAlertmanagerFile(file: string, options: CheckAlertmanagerOptions = {}): CheckAlertmanagerReport {
  const { files = diskFiles } = options;
  let text: string;
  try {
    text = options.text ?? files.readText(file);
  } catch (error) {
    return { file, isValid: false, diagnostics: [unreadableFile(file, error)], sources: new Map(), summary: '' };
  }
  const rules = readRules(options.ruleFiles ?? [], files);
  const loaded = loadAlertmanagerConfig({ file, text, files, alerts: [...rules.alerts, ...(options.alerts ?? [])] });
  const diagnostics = [...loaded.diagnostics, ...rules.diagnostics];
  const sources = new Map([...loaded.sources, ...rules.sources]);
  const summary = loaded.config === undefined ? '' : summarise(loaded.config);
  return { file, isValid: !hasErrors(diagnostics), diagnostics, sources, summary };
}

function readRules(names: readonly string[], files: FileAccess) {
  const alerts: KnownAlert[] = [];
  const diagnostics: Diagnostic[] = [];
  const sources = new Map<string, string>();
  for (const file of names) {
    try {
      const text = files.readText(file);
      sources.set(file, text);
      const loaded = loadRuleFile({ file, text });
      diagnostics.push(...loaded.diagnostics.filter(({ severity }) => severity === 'error'));
      for (const rule of loaded.groups?.flatMap((group) => group.rules) ?? [])
        if (rule.kind === 'alerting') alerts.push(knownAlert(rule));
    } catch (error) {
      diagnostics.push(unreadableFile(file, error));
    }
  }
  return { alerts, diagnostics, sources };
}

function summarise({ route, receivers, inhibitRules, timeIntervals, templates }: AlertmanagerConfig): string {
  return [
    count(countRoutes(route), 'route'),
    count(receivers.length, 'receiver'),
    count(inhibitRules.length, 'inhibition rule'),
    count(timeIntervals.size, 'time interval'),
    count(templates.length, 'entry of templates', 'entries of templates'),
  ].join(', ');
}

function countRoutes(route: RouteConfig): number {
  return route.routes.reduce((sum, child) => sum + countRoutes(child), 1);
}

function count(number: number, word: string, plural = `${word}s`): string {
  return `${number} ${number === 1 ? word : plural}`;
}
