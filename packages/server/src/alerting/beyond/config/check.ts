/** `sightline check config`, the part about alerting: `alerting` of sightline.yml together with the alertmanager.yml that it names. */
import { diskFiles, type FileAccess } from '../../../config/file-access.ts';
import { unreadableFile } from '../../../config/unreadable-file.ts';
import { type Diagnostic, hasErrors, sortDiagnostics } from '../../../lib/diagnostic.ts';
import { loadAlertmanagerConfig } from '../../config/load.ts';
import { readBeyondConfig } from './load.ts';

export interface CheckAlertingOptions {
  /** sightline.yml, which can be read. */
  readonly file: string;
  /** '' when it names none: receivers are then those of `--alertmanager`, which is not known here. */
  readonly alertmanagerFile: string;
  readonly files?: FileAccess;
}

export interface CheckAlertingReport {
  /** No errors; warnings do not count. */
  readonly isValid: boolean;
  readonly diagnostics: readonly Diagnostic[];
  /** Texts by file name, for `renderDiagnostics`. Secrets are starred out. */
  readonly sources: ReadonlyMap<string, string>;
}

export function checkAlertingFiles({
  file,
  alertmanagerFile,
  files = diskFiles,
}: CheckAlertingOptions): CheckAlertingReport {
  const beyond = readBeyondConfig(file, files.readText(file));
  if (alertmanagerFile === '') return report(beyond.diagnostics);
  let text: string;
  try {
    text = files.readText(alertmanagerFile);
  } catch (error) {
    return report([...beyond.diagnostics, unreadableFile(alertmanagerFile, error)]);
  }
  const alertmanager = loadAlertmanagerConfig({ file: alertmanagerFile, text, files, beside: beyond });
  return report(
    [...beyond.resolve(alertmanager.config).diagnostics, ...alertmanager.diagnostics],
    alertmanager.sources,
  );
}

function report(diagnostics: readonly Diagnostic[], sources: ReadonlyMap<string, string> = new Map()) {
  return { isValid: !hasErrors(diagnostics), diagnostics: sortDiagnostics(diagnostics), sources };
}
