/**
 * prometheus.yml: text to a frozen PrometheusConfig, or every reason why not. Accepts and refuses what Prometheus 3 does;
 * nothing is started and the network is not touched.
 */
import { type Diagnostic, hasErrors, sortDiagnostics } from '../../lib/diagnostic.ts';
import { Cursor } from '../../lib/yaml-cursor.ts';
import { ObjectReader } from '../../lib/yaml-object.ts';
import { parseYaml } from '../../lib/yaml-parse.ts';
import { diskFiles, type FileAccess } from '../file-access.ts';
import { deepFreeze } from '../freeze.ts';
import { readAlerting } from './alerting.ts';
import type { PrometheusDecode } from './decode-kit.ts';
import { type GlobalSection, readGlobal } from './global.ts';
import { checkJobs, type Job } from './jobs.ts';
import { guessSecrets, maskSecrets, starSecrets } from './mask.ts';
import {
  checkRuleFiles,
  checkTargetFiles,
  contextFor,
  openReferenced,
  readPatterns,
  type Sources,
} from './references.ts';
import { readRemoteReads, readRemoteWrites } from './remote.ts';
import { readScrapeConfig } from './scrape.ts';
import { readOtlp, readRuntime, readStorage, readTracing } from './sections.ts';
import type { PrometheusConfig } from './types.ts';

export interface LoadPrometheusOptions {
  /** As the user named it; relative names inside start at its folder. */
  readonly file: string;
  readonly text: string;
  readonly files?: FileAccess;
  /** For `external_labels`; the environment of the process when absent. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface LoadedPrometheus {
  /** Absent when there is any error. */
  readonly config?: PrometheusConfig;
  /** All findings, by file and position. */
  readonly diagnostics: readonly Diagnostic[];
  /** Every text that was read, by file name, with secrets starred out: messages show its lines. */
  readonly sources: Sources;
  /** Targets named in static_configs and target files. */
  readonly targetCount: number;
  /** Patterns of `rule_files`, also when there are errors elsewhere: what they name can be checked all the same. */
  readonly ruleFiles: readonly string[];
}

const TOP_HINTS = {
  alert_rules: 'did you mean `rule_files`? It lists the files with alerting and recording rules',
  alerts: 'did you mean `rule_files`? It lists the files with alerting and recording rules',
  rules: 'did you mean `rule_files`? It lists the files with alerting and recording rules',
  groups: 'rule groups stand in a file of their own, named under `rule_files`',
  alertmanagers: '`alertmanagers` belongs under `alerting`',
  external_labels: '`external_labels` belongs under `global`',
  scrape_interval: '`scrape_interval` belongs under `global`, or under a job',
  evaluation_interval: '`evaluation_interval` belongs under `global`',
  static_configs: '`static_configs` belongs under a job in `scrape_configs`',
  route: 'this key belongs in alertmanager.yml',
  receivers: 'this key belongs in alertmanager.yml',
};

export function loadPrometheusConfig(options: LoadPrometheusOptions): LoadedPrometheus {
  const files = options.files ?? diskFiles;
  const sources: Sources = new Map([[options.file, options.text]]);
  const parsed = parseYaml(options.file, options.text);
  const diagnostics = [...parsed.diagnostics];
  const context: PrometheusDecode = {
    source: parsed.source,
    diagnostics,
    secrets: [],
    fileExists: (file) => files.exists(file),
    env: options.env ?? process.env,
  };
  const root =
    parsed.root === undefined
      ? undefined
      : ObjectReader.open(
          new Cursor(context, parsed.root, ''),
          'a mapping with sections such as `global` and `scrape_configs`',
        );
  if (root === undefined) {
    sources.set(options.file, starSecrets(options.text, guessSecrets(options.text)));
    return { diagnostics: sortDiagnostics(diagnostics), sources, targetCount: 0, ruleFiles: [] };
  }
  const { config, targetCount } = readRoot(root, context, files, sources);
  const sorted = sortDiagnostics(diagnostics);
  sources.set(options.file, starSecrets(options.text, context.secrets));
  const { ruleFiles } = config;
  if (hasErrors(sorted)) return { diagnostics: sorted, sources, targetCount, ruleFiles };
  const masked = { ...config, maskedYaml: maskSecrets(options.text, context.secrets) };
  return { config: deepFreeze(masked), diagnostics: sorted, sources, targetCount, ruleFiles };
}

function readRoot(
  root: ObjectReader,
  context: PrometheusDecode,
  files: FileAccess,
  sources: Sources,
): { config: Omit<PrometheusConfig, 'maskedYaml'>; targetCount: number } {
  const global = readGlobal(root.at('global'), context);
  const scheme = global.nameScheme;
  readRuntime(root.at('runtime'));
  const jobs = [...readJobs(root, global), ...readFurtherJobs(root, global, context, files, sources)];
  checkJobs(jobs);
  let targetCount = 0;
  for (const { cursor, config } of jobs) {
    const options = {
      files,
      sources,
      scheme: config.metricNameValidationScheme,
      hasRelabeling: config.relabelConfigs.length > 0,
    };
    targetCount += checkTargetFiles(cursor, config, options);
    for (const group of config.staticConfigs) targetCount += group.targets.length;
  }
  const ruleFiles = checkRuleFiles(root, files);
  const alertingCursor = root.at('alerting');
  const alerting = readAlerting(alertingCursor, scheme);
  for (const config of alerting.alertmanagers) {
    checkTargetFiles(alertingCursor ?? root.cursor, config, { files, sources, scheme, hasRelabeling: true });
  }
  readRemoteWrites(root, scheme);
  readRemoteReads(root, scheme);
  const storage = readStorage(root.at('storage'));
  readTracing(root.at('tracing'));
  readOtlp(root.at('otlp'), scheme);
  root.finish({ hints: TOP_HINTS });
  const { scrapeIntervalMs, scrapeTimeoutMs, evaluationIntervalMs, ruleQueryOffsetMs, externalLabels, queryLogFile } =
    global;
  return {
    config: {
      global: {
        scrapeIntervalMs,
        scrapeTimeoutMs,
        evaluationIntervalMs,
        ruleQueryOffsetMs,
        externalLabels,
        queryLogFile,
      },
      scrapeConfigs: jobs.map((job) => job.config),
      alerting,
      ruleFiles,
      ...storage,
    },
    targetCount,
  };
}

function readJobs(root: ObjectReader, global: GlobalSection): Job[] {
  return root.list('scrape_configs', 'a list of jobs').flatMap((cursor) => {
    const config = readScrapeConfig(cursor, global);
    return config === undefined ? [] : [{ cursor, config }];
  });
}

/** Jobs in the files of `scrape_config_files` (Prometheus 3). */
function readFurtherJobs(
  root: ObjectReader,
  global: GlobalSection,
  context: PrometheusDecode,
  files: FileAccess,
  sources: Sources,
): Job[] {
  return readPatterns(root, 'scrape_config_files').flatMap(({ cursor, pattern }) => {
    const matches = pattern.includes('*') ? files.glob(pattern) : files.exists(pattern) ? [pattern] : [];
    if (matches.length === 0) {
      cursor.warn({
        code: 'config/missing-file',
        message: `no file matches \`${pattern}\``,
        hint: 'relative names start at the folder of the configuration file',
      });
    }
    return matches.flatMap((file) => {
      const text = openReferenced(cursor, file, files, sources);
      if (text === undefined) return [];
      const parsed = parseYaml(file, text);
      context.diagnostics.push(...parsed.diagnostics);
      if (parsed.root === undefined) return [];
      const own = contextFor(context, parsed, context.diagnostics);
      const reader = ObjectReader.open(new Cursor(own, parsed.root, ''));
      if (reader === undefined) return [];
      const jobs = readJobs(reader, global);
      reader.finish({ hints: { global: 'only `scrape_configs` may stand in a file of `scrape_config_files`' } });
      sources.set(file, starSecrets(text, own.secrets));
      return jobs;
    });
  });
}
