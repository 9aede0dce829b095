/** `sightline check config|prometheus FILE...`: the same loaders that a start uses, over files, with a summary of what is in them. */
import path from 'node:path';
import { type Diagnostic, hasErrors } from '../lib/diagnostic.ts';
import { diskFiles, type FileAccess } from './file-access.ts';
import { type LoadedPrometheus, loadPrometheusConfig } from './prometheus/load.ts';
import { resolveOptions } from './sightline/resolve.ts';
import type { SightlineConfig } from './sightline/types.ts';
import { unreadableFile } from './unreadable-file.ts';

export type CheckKind = 'config' | 'prometheus';

export interface CheckOptions {
  readonly files?: FileAccess;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface CheckResult {
  /** False when there is any error; warnings do not count. */
  readonly ok: boolean;
  readonly diagnostics: readonly Diagnostic[];
  /** Texts by file name, for `renderDiagnostics`. Secrets are starred out. */
  readonly sources: ReadonlyMap<string, string>;
  /** One line for each file without errors: `SUCCESS: prometheus.yml is valid: 2 scrape jobs, 3 targets`. */
  readonly summary: readonly string[];
  /** Rule files that the checked files name and that exist; what is in them is checked by who knows rules. */
  readonly ruleFiles: readonly string[];
  /** Each sightline.yml that can be read, with the alertmanager.yml it names, '' for none; checked by who knows alerting. */
  readonly alerting: readonly AlertingFiles[];
}

interface AlertingFiles {
  /** sightline.yml. */
  readonly file: string;
  readonly alertmanagerFile: string;
}

/** Checks all files; a mistake in one does not stop the others. */
export async function checkFiles(
  kind: CheckKind,
  names: readonly string[],
  options: CheckOptions = {},
): Promise<CheckResult> {
  const diagnostics: Diagnostic[] = [];
  const sources = new Map<string, string>();
  const summary: string[] = [];
  const ruleFiles: string[] = [];
  const alerting: AlertingFiles[] = [];
  for (const name of names) {
    const result = kind === 'prometheus' ? checkPrometheus(name, options) : checkConfig(name, options);
    diagnostics.push(...result.diagnostics);
    for (const [file, text] of result.sources) sources.set(file, text);
    summary.push(...result.summary);
    ruleFiles.push(...result.ruleFiles);
    alerting.push(...result.alerting);
  }
  return { ok: !hasErrors(diagnostics), diagnostics, sources, summary, ruleFiles, alerting };
}

const NOTHING: Omit<CheckResult, 'ok'> = {
  diagnostics: [],
  sources: new Map(),
  summary: [],
  ruleFiles: [],
  alerting: [],
};

function checkPrometheus(name: string, { files = diskFiles, env }: CheckOptions): Omit<CheckResult, 'ok'> {
  let text: string;
  try {
    text = files.readText(name);
  } catch (error) {
    return { ...NOTHING, diagnostics: [unreadableFile(name, error)] };
  }
  const loaded = loadPrometheusConfig({ file: name, text, files, ...(env === undefined ? {} : { env }) });
  const ruleFiles = loaded.ruleFiles.flatMap((pattern) => (pattern.includes('*') ? files.glob(pattern) : [pattern]));
  const { diagnostics, sources } = loaded;
  return { diagnostics, sources, summary: summarise(name, loaded), ruleFiles, alerting: [] };
}

function summarise(name: string, { config, targetCount }: LoadedPrometheus): string[] {
  if (config === undefined) return [];
  const jobs = config.scrapeConfigs.length;
  const parts = [count(jobs, 'scrape job'), count(targetCount, 'target')];
  if (config.ruleFiles.length > 0)
    parts.push(count(config.ruleFiles.length, 'entry of rule_files', 'entries of rule_files'));
  return [`SUCCESS: ${name} is valid: ${parts.join(', ')}`];
}

/** sightline.yml and, when it names one, its prometheus.yml. */
function checkConfig(name: string, options: CheckOptions): Omit<CheckResult, 'ok'> {
  const { files = diskFiles } = options;
  const resolved = resolveOptions({ flags: { config: name }, env: {}, cwd: process.cwd(), files });
  const own = {
    diagnostics: resolved.diagnostics.map((diagnostic) =>
      diagnostic.file === '--config' ? { ...diagnostic, file: name } : diagnostic,
    ),
    sources: resolved.sources,
    summary: [],
    ruleFiles: [],
    // Findings about alerting stand beside those about options.
    alerting: resolved.sources.has(name) ? [{ file: name, alertmanagerFile: alertmanagerFileOf(resolved.config) }] : [],
  };
  if (resolved.config === undefined) return own;
  const { configFile } = resolved.config.prometheus;
  const summary = [`SUCCESS: ${name} is valid`];
  if (configFile === '') return { ...own, summary };
  const prometheus = checkPrometheus(shownName(configFile), options);
  return {
    ...own,
    diagnostics: [...own.diagnostics, ...prometheus.diagnostics],
    sources: new Map([...own.sources, ...prometheus.sources]),
    // A configuration that names a file with mistakes cannot be started with.
    summary: hasErrors(prometheus.diagnostics) ? [] : [...summary, ...prometheus.summary],
    ruleFiles: prometheus.ruleFiles,
  };
}

function alertmanagerFileOf(config: SightlineConfig | undefined): string {
  return config === undefined ? '' : shownName(config.alertmanager.configFile);
}

function shownName(file: string): string {
  return file === '' ? '' : path.relative(process.cwd(), file) || file;
}

function count(number: number, word: string, plural = `${word}s`): string {
  return `${number} ${number === 1 ? word : plural}`;
}
