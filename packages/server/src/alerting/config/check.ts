/** `sightline check alertmanager FILE`: the loader that a start uses, over one file, with a summary of what is in it. */
import { diskFiles, type FileAccess } from '../../config/file-access.ts';
import { unreadableFile } from '../../config/unreadable-file.ts';
import type { Diagnostic } from '../../lib/diagnostic.ts';
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
}

export function checkAlertmanagerFile(file: string, options: CheckAlertmanagerOptions = {}): CheckAlertmanagerReport {
  const { files = diskFiles } = options;
  let text: string;
  try {
    text = options.text ?? files.readText(file);
  } catch (error) {
    return { file, isValid: false, diagnostics: [unreadableFile(file, error)], sources: new Map(), summary: '' };
  }
  const { config, diagnostics, sources } = loadAlertmanagerConfig({ file, text, files });
  const summary = config === undefined ? '' : summarise(config);
  return { file, isValid: config !== undefined, diagnostics, sources, summary };
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
