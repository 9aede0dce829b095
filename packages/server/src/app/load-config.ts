/**
 * The files that can be exchanged while Sightline runs: prometheus.yml, the rule files it names, alertmanager.yml. All of them are
 * read and checked together, so that one answer names every mistake.
 */
import path from 'node:path';
import { nextTurn, SightlineError } from '@sightline/model';
import { type BeyondSource, readBeyondConfig } from '../alerting/beyond/config/load.ts';
import type { BeyondConfig } from '../alerting/beyond/config/types.ts';
import { loadAlertmanagerConfig } from '../alerting/config/load.ts';
import type { AlertmanagerConfig, RouteConfig } from '../alerting/config/types.ts';
import { diskFiles } from '../config/file-access.ts';
import { loadPrometheusConfig, type SightlineConfig, unreadableFile } from '../config/index.ts';
import type { PrometheusConfig } from '../config/prometheus/types.ts';
import { loadSightlineConfig } from '../config/sightline/load.ts';
import { type Diagnostic, hasErrors, sortDiagnostics } from '../lib/diagnostic.ts';
import { type RenderOptions, renderDiagnostics } from '../lib/diagnostic-render.ts';
import { readDefaultRules, WATCHDOG } from '../rules/default-rules.ts';
import { loadRuleFile } from '../rules/rule-file/load.ts';
import type { RuleGroupSpec } from '../rules/rule-file/types.ts';
import type { Logger } from '../telemetry/logger.ts';
import { logWarnings } from './log-warnings.ts';

/** Configuration files with mistakes; the message is every one of them, rendered. */
export class ConfigError extends SightlineError<'config'> {}

/** A configuration that was read and is ready to be taken into use. */
export interface LoadedConfig {
  readonly prometheus: PrometheusConfig;
  readonly rules: readonly RuleGroupSpec[];
  readonly alertmanager: AlertmanagerConfig;
  /** `alerting` of sightline.yml, the part that is read at each reload. */
  readonly beyond: BeyondConfig;
  /** The files it came from, as the user named them; those that are built in are not among them. */
  readonly files: readonly string[];
}

export interface LoadConfigOptions {
  readonly config: Pick<SightlineConfig, 'prometheus' | 'alertmanager' | 'alerting' | 'query'>;
  /** sightline.yml, as the user named it; '' or absent when there is none. */
  readonly configFile?: string;
  readonly cwd: string;
  readonly render: RenderOptions;
  readonly logger: Logger;
}

/** Alerts are kept and shown, and go to nobody. */
const NO_RECEIVERS = 'route: {receiver: nobody}\nreceivers: [{name: nobody}]\n';

/** Gives other work its turn between rule files. Rejects with ConfigError. */
export async function loadConfig(options: LoadConfigOptions): Promise<LoadedConfig> {
  const { config, configFile = '', cwd, render, logger } = options;
  const findings = new Findings();
  const prometheusFile = shownName(config.prometheus.configFile, cwd);
  const { prometheus, ruleFiles } = readPrometheus(prometheusFile, findings);
  const ownRules = await readRules(ruleFiles, config.query.experimentalFunctions, findings);
  const alertmanagerFile = shownName(config.alertmanager.configFile, cwd);
  const sightline = readSightline(configFile, cwd, findings);
  const alertmanager = readAlertmanager(alertmanagerFile, sightline, findings);
  const beyond = sightline.resolve(alertmanager);
  findings.add(beyond.diagnostics, new Map());
  if (prometheus === undefined || alertmanager === undefined || hasErrors(findings.diagnostics))
    throw new ConfigError('config', renderDiagnostics(sortDiagnostics(findings.diagnostics), findings.sources, render));
  // What the files ask for and do not get is said at every start and reload.
  logWarnings(findings.diagnostics, logger.child({ component: 'config' }));
  const receivers = alertmanagerFile === '' ? undefined : alertmanager;
  return {
    prometheus,
    rules: [...defaultRules(config.alerting.defaultRules, prometheus, receivers), ...ownRules],
    alertmanager,
    beyond: beyond.config,
    files: [prometheusFile, alertmanagerFile].filter((file) => file !== ''),
  };
}

/** @param alertmanager undefined: nobody is told of anything */
function defaultRules(
  choice: SightlineConfig['alerting']['defaultRules'],
  { ruleFiles }: PrometheusConfig,
  alertmanager: AlertmanagerConfig | undefined,
): readonly RuleGroupSpec[] {
  if (choice === 'true') return readDefaultRules({ withWatchdog: true });
  if (choice === 'false' || ruleFiles.length > 0) return [];
  return readDefaultRules({ withWatchdog: alertmanager === undefined || namesAlert(alertmanager.route, WATCHDOG) });
}

/** A route of the tree asks for alerts of that name. */
function namesAlert({ matchers, routes }: RouteConfig, name: string): boolean {
  const isAsked = matchers.some(
    (matcher) => matcher.name === 'alertname' && matcher.op.startsWith('=') && matcher.matches(name),
  );
  return isAsked || routes.some((route) => namesAlert(route, name));
}

class Findings {
  readonly diagnostics: Diagnostic[] = [];
  readonly sources = new Map<string, string>();

  add(diagnostics: readonly Diagnostic[], sources: ReadonlyMap<string, string>): void {
    this.diagnostics.push(...diagnostics);
    for (const [file, text] of sources) this.sources.set(file, text);
  }

  /** The text, or a finding why there is none. */
  read(file: string, hint: string | undefined): string | undefined {
    try {
      return diskFiles.readText(file);
    } catch (error) {
      this.diagnostics.push({ ...unreadableFile(file, error), ...(hint !== undefined && { hint }) });
      return undefined;
    }
  }
}

function readPrometheus(
  file: string,
  findings: Findings,
): { readonly prometheus: PrometheusConfig | undefined; readonly ruleFiles: readonly string[] } {
  const hint = 'name the file with --prometheus or `prometheus.config_file`';
  const text = file === '' ? '{}' : findings.read(file, hint);
  if (text === undefined) return { prometheus: undefined, ruleFiles: [] };
  const { config, diagnostics, sources, ruleFiles } = loadPrometheusConfig({ file: file || 'built-in default', text });
  findings.add(diagnostics, sources);
  return {
    prometheus: config,
    ruleFiles: ruleFiles.filter((pattern) => pattern.includes('*') || diskFiles.exists(pattern)),
  };
}

async function readRules(
  patterns: readonly string[],
  enableExperimental: boolean,
  findings: Findings,
): Promise<readonly RuleGroupSpec[]> {
  const files = patterns.flatMap((pattern) => (pattern.includes('*') ? diskFiles.glob(pattern) : [pattern]));
  const all: RuleGroupSpec[] = [];
  for (const file of new Set(files)) {
    // A file of hundreds of rules takes a tenth of a second to parse.
    await nextTurn();
    const text = findings.read(file, undefined);
    if (text === undefined) continue;
    const { groups = [], diagnostics } = loadRuleFile({ file, text, enableExperimental });
    findings.add(diagnostics, new Map([[file, text]]));
    all.push(...groups);
  }
  return all;
}

/** Only what a reload takes over; all of it is checked, so that a mistake is not found at the next start. */
function readSightline(shown: string, cwd: string, findings: Findings): BeyondSource {
  const text = shown === '' ? '' : findings.read(path.resolve(cwd, shown), undefined);
  if (text === undefined || shown === '') return readBeyondConfig(shown, '');
  const { diagnostics } = loadSightlineConfig({ file: shown, text, folder: path.dirname(path.resolve(cwd, shown)) });
  findings.add(diagnostics, new Map([[shown, text]]));
  return readBeyondConfig(shown, text);
}

function readAlertmanager(file: string, beside: BeyondSource, findings: Findings): AlertmanagerConfig | undefined {
  const hint = 'name the file with --alertmanager or `alertmanager.config_file`';
  const text = file === '' ? NO_RECEIVERS : findings.read(file, hint);
  if (text === undefined) return undefined;
  const { config, diagnostics, sources } = loadAlertmanagerConfig({ file: file || 'built-in default', text, beside });
  findings.add(diagnostics, sources);
  return config;
}

/** As a person in `cwd` would name it. */
function shownName(file: string, cwd: string): string {
  if (file === '') return '';
  const relative = path.relative(cwd, file);
  return relative.startsWith('..') ? file : relative;
}
