/**
 * alertmanager.yml: text to a frozen AlertmanagerConfig, or every reason why not. Accepts and refuses what Alertmanager does, and warns
 * of what it misses; nothing is started and the network is not touched.
 */
import path from 'node:path';
import { diskFiles, type FileAccess } from '../../config/file-access.ts';
import { deepFreeze } from '../../config/freeze.ts';
import { guessSecrets, maskSecrets, starSecrets } from '../../config/prometheus/mask.ts';
import { type Diagnostic, hasErrors, sortDiagnostics } from '../../lib/diagnostic.ts';
import { Cursor, type DecodeContext } from '../../lib/yaml-cursor.ts';
import { ObjectReader } from '../../lib/yaml-object.ts';
import { parseYaml } from '../../lib/yaml-parse.ts';
import { readGlobal } from './global.ts';
import { readInhibitRules } from './inhibit-rules.ts';
import type { TemplateTexts } from './kit.ts';
import { lintInhibitRules } from './lint/inhibit-rules.ts';
import { type KnownAlert, lintKnownAlerts } from './lint/known-alerts.ts';
import { lintIntervals, lintReceivers, lintRoutes } from './lint/routes.ts';
import { lintTemplates } from './lint/templates.ts';
import { readReceivers } from './receivers.ts';
import { readRootRoute } from './routes.ts';
import { readTemplates } from './template-files.ts';
import { readTimeIntervals } from './time-intervals.ts';
import type { AlertmanagerConfig, TimeInterval } from './types.ts';

export interface LoadAlertmanagerOptions {
  /** As the user named it; relative names inside start at its folder. */
  readonly file: string;
  readonly text: string;
  readonly files?: FileAccess;
  /** Alerts that will come, when they are known: warnings tell what does not fit them. */
  readonly alerts?: readonly KnownAlert[];
  /** What sightline.yml says about the same things. */
  readonly beside?: BesideConfig;
}

interface BesideConfig {
  /** Time intervals that routes may name although this file does not define them. */
  readonly intervals: ReadonlyMap<string, readonly TimeInterval[]>;
  /** Names of receivers and time intervals that are used without a route. */
  readonly uses: { readonly receivers: ReadonlySet<string>; readonly intervals: ReadonlySet<string> };
}

const NOTHING_BESIDE: BesideConfig = {
  intervals: new Map(),
  uses: { receivers: new Set(), intervals: new Set() },
};

export interface LoadedAlertmanager {
  /** Absent when there is any error. */
  readonly config?: AlertmanagerConfig;
  /** All findings, by file and position. */
  readonly diagnostics: readonly Diagnostic[];
  /** Every text that was read, by file name, with secrets starred out: messages show its lines. */
  readonly sources: ReadonlyMap<string, string>;
}

const TOP_HINTS = {
  routes: '`routes` belongs under `route`',
  receiver: 'did you mean `receivers`? Or the `receiver` of a `route`',
  inhibit_rule: 'did you mean `inhibit_rules`?',
  template: 'did you mean `templates`?',
  groups: 'groups of rules stand in files of their own, which prometheus.yml names under `rule_files`',
  rule_files: 'this key belongs in prometheus.yml',
  scrape_configs: 'this key belongs in prometheus.yml',
  alerting: 'this key belongs in prometheus.yml',
  alertmanagers: 'this key belongs in prometheus.yml',
  resolve_timeout: '`resolve_timeout` belongs under `global`',
  http_config: '`http_config` belongs under `global`, or to an integration of a receiver',
  slack_api_url: '`slack_api_url` belongs under `global`',
  group_by: '`group_by` belongs under `route`',
  silences: 'silences are made while it runs: on the page, or with `amtool silence add`',
};

export function loadAlertmanagerConfig(options: LoadAlertmanagerOptions): LoadedAlertmanager {
  const files = options.files ?? diskFiles;
  const parsed = parseYaml(options.file, options.text);
  const diagnostics = [...parsed.diagnostics];
  const context: DecodeContext = {
    source: parsed.source,
    diagnostics,
    secrets: [],
    fileExists: (file) => files.exists(file),
  };
  const root =
    parsed.root === undefined
      ? undefined
      : ObjectReader.open(new Cursor(context, parsed.root, ''), 'a mapping with `route` and `receivers`');
  if (root === undefined) {
    const starred = starSecrets(options.text, guessSecrets(options.text));
    return { diagnostics: sortDiagnostics(diagnostics), sources: new Map([[options.file, starred]]) };
  }
  const { config, sources } = readRoot(root, context, files, options);
  const sorted = sortDiagnostics(diagnostics);
  const all = new Map([[options.file, starSecrets(options.text, context.secrets)], ...sources]);
  if (config === undefined) return { diagnostics: sorted, sources: all };
  const masked = { ...config, maskedYaml: maskSecrets(options.text, context.secrets) };
  return { config: deepFreeze(masked), diagnostics: sorted, sources: all };
}

interface RootSections {
  readonly config: Omit<AlertmanagerConfig, 'maskedYaml'> | undefined;
  /** Of the template files. */
  readonly sources: ReadonlyMap<string, string>;
}

function readRoot(
  root: ObjectReader,
  context: DecodeContext,
  files: FileAccess,
  { alerts = [], beside = NOTHING_BESIDE }: LoadAlertmanagerOptions,
): RootSections {
  const texts: TemplateTexts = [];
  const global = readGlobal(root.given('global'), root, texts);
  const receivers = readReceivers(root, global, texts);
  const times = readTimeIntervals(root);
  const names = {
    receivers: new Set(receivers.map(({ config }) => config.name).filter((name) => name !== '')),
    intervals: new Set([...times.intervals.keys(), ...beside.intervals.keys()]),
  };
  const route = readRootRoute(root, names);
  const inhibitRules = readInhibitRules(root);
  const templates = readTemplates(root, files);
  root.finish({ hints: TOP_HINTS });
  context.diagnostics.push(...templates.diagnostics);
  // What is missing because of a mistake would only be reported a second time.
  if (route === undefined || hasErrors(context.diagnostics)) return { config: undefined, sources: templates.sources };
  lintRoutes(route);
  lintReceivers(route, receivers, beside.uses.receivers);
  lintIntervals(route, times, beside.uses.intervals);
  lintInhibitRules(inhibitRules, alerts.length > 0);
  lintTemplates(texts, templates.sources);
  lintKnownAlerts(route, inhibitRules, alerts);
  return {
    config: {
      route: route.config,
      inhibitRules: inhibitRules.map(({ config }) => config),
      timeIntervals: new Map([...beside.intervals, ...times.intervals]),
      receivers: receivers.map(({ config }) => config),
      templates: templates.patterns,
      templateFiles: [...templates.sources].map(([file, text]) => ({ name: path.basename(file), text })),
      resolveTimeoutMs: global.resolveTimeoutMs,
    },
    sources: templates.sources,
  };
}
