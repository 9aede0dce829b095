/**
 * The options of a run: flag over environment variable over sightline.yml over default. Tells where each value came from
 * and reports every mistake of all of them at once.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatDuration } from '@sightline/model';
import { type Diagnostic, hasErrors } from '../../lib/diagnostic.ts';
import { diskFiles, type FileAccess } from '../file-access.ts';
import { deepFreeze } from '../freeze.ts';
import { assembleConfig } from './assemble.ts';
import { type FileValue, type LoadedSightline, loadSightlineConfig } from './load.ts';
import { formatAddress, isLoopbackHost, type ListenAddress, parseOption } from './option-types.ts';
import { CONFIG_OPTION, OPTIONS, type OptionSpec } from './options.ts';
import type { OptionOrigin, SightlineConfig } from './types.ts';

/** The readable default that is shipped with Sightline. */
export const DEFAULT_CONFIG_FILE = fileURLToPath(new URL('../../../sightline.default.yml', import.meta.url));

export interface ResolveOptions {
  /** By flag without dashes (`retention-metrics`); absent or undefined when not given. `config` names the file. */
  readonly flags?: Readonly<Record<string, string | boolean | undefined>>;
  /** The environment of the process when absent. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly files?: FileAccess;
}

export interface ResolvedOptions {
  /** Absent when there is any error. */
  readonly config?: SightlineConfig;
  /** Where each option came from, by name. */
  readonly origins: Readonly<Record<string, OptionOrigin>>;
  /** sightline.yml as the user named it or as it was found; '' when the built-in default is used. */
  readonly configFile: string;
  /** Every option as text by flag, for `/api/v1/status/flags`. */
  readonly flags: Readonly<Record<string, string>>;
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, string>;
}

interface Given {
  readonly value: unknown;
  readonly origin: OptionOrigin;
  readonly fileValue?: FileValue;
}

export function resolveOptions(options: ResolveOptions = {}): ResolvedOptions {
  const { flags = {}, env = process.env, cwd = process.cwd(), files = diskFiles } = options;
  const sources = new Map<string, string>();
  const { configFile, loaded, diagnostics } = readFile({ flags, env, cwd, files }, sources);
  const given = new Map<string, Given>();
  for (const option of OPTIONS) {
    // With the default in the place of a wrong value, what has to hold between options is checked all the same.
    const value = pick(option, { flags, env, cwd }, loaded, diagnostics);
    given.set(option.name, value ?? defaultOf(option, cwd));
  }
  checkEnvironment(env, diagnostics);
  const config = assembleConfig((name) => given.get(name)?.value);
  checkConfig(config, given, diagnostics);
  return {
    ...(hasErrors(diagnostics) ? {} : { config: deepFreeze(config) }),
    origins: Object.fromEntries([...given].map(([name, { origin }]) => [name, origin])),
    configFile,
    flags: Object.fromEntries(OPTIONS.map((option) => [option.flag, textOf(option, given.get(option.name)?.value)])),
    diagnostics,
    sources,
  };
}

type Inputs = Required<ResolveOptions>;

function readFile(
  { flags, env, cwd, files }: Inputs,
  sources: Map<string, string>,
): { configFile: string; loaded: LoadedSightline; diagnostics: Diagnostic[] } {
  const flag = flags[CONFIG_OPTION.flag];
  const wanted = typeof flag === 'string' && flag !== '' ? flag : env[CONFIG_OPTION.env];
  const found = path.join(cwd, 'sightline.yml');
  const isNamed = wanted !== undefined && wanted !== '';
  const shown = isNamed ? wanted : files.exists(found) ? 'sightline.yml' : '';
  const none: LoadedSightline = { values: new Map(), diagnostics: [] };
  if (shown === '') return { configFile: '', loaded: none, diagnostics: [] };
  const file = path.resolve(cwd, shown);
  let text: string;
  try {
    text = files.readText(file);
  } catch {
    const message = `the configuration file \`${shown}\` does not exist or cannot be read`;
    const where = typeof flag === 'string' && flag !== '' ? `--${CONFIG_OPTION.flag}` : CONFIG_OPTION.env;
    const finding: Diagnostic = {
      severity: 'error',
      code: 'config/missing-file',
      file: isNamed ? where : shown,
      message,
    };
    return { configFile: shown, loaded: none, diagnostics: [finding] };
  }
  sources.set(shown, text);
  const loaded = loadSightlineConfig({ file: shown, text, folder: path.dirname(file) });
  return { configFile: shown, loaded, diagnostics: [...loaded.diagnostics] };
}

/** The value of the first place that gives the option; undefined when none does, or when it is wrong there (reported). */
function pick(
  option: OptionSpec,
  { flags, env, cwd }: Pick<Inputs, 'flags' | 'env' | 'cwd'>,
  loaded: LoadedSightline,
  diagnostics: Diagnostic[],
): Given | undefined {
  const flag = flags[option.flag];
  if (flag !== undefined) return parseText(option, String(flag), 'flag', cwd, diagnostics);
  const variable = env[option.env];
  if (variable !== undefined && variable !== '') return parseText(option, variable, 'env', cwd, diagnostics);
  const fileValue = loaded.values.get(option.name);
  if (fileValue !== undefined) return { value: fileValue.value, origin: 'file', fileValue };
  return undefined;
}

function parseText(
  option: OptionSpec,
  text: string,
  origin: OptionOrigin,
  cwd: string,
  diagnostics: Diagnostic[],
): Given | undefined {
  const parsed = parseOption(option.type, text, option.choices);
  if (!('problem' in parsed)) {
    const value = option.type === 'path' && text !== '' ? path.resolve(cwd, text) : parsed.value;
    return { value, origin };
  }
  diagnostics.push({
    severity: 'error',
    code: 'config/invalid-value',
    file: origin === 'flag' ? `--${option.flag}` : option.env,
    message: parsed.problem,
    ...(parsed.hint === undefined ? {} : { hint: parsed.hint }),
  });
  return undefined;
}

/** @throws TypeError when the table has a default that does not fit its type: a defect */
function defaultOf(option: OptionSpec, cwd: string): Given {
  const given = parseText(option, option.default, 'default', cwd, []);
  if (given === undefined) throw new TypeError(`the default of ${option.name} is not valid`);
  return given;
}

/** Variables of Sightline that nobody reads are misspelt, or meant for another version. */
function checkEnvironment(env: Inputs['env'], diagnostics: Diagnostic[]): void {
  const known = new Set<string>([CONFIG_OPTION.env, 'SIGHTLINE_SERVER', ...OPTIONS.map((option) => option.env)]);
  for (const name of Object.keys(env)) {
    if (!/^SIGHTLINE_/.test(name) || known.has(name)) continue;
    diagnostics.push({
      severity: 'warning',
      code: 'config/unknown-variable',
      file: name,
      message: `there is no option for the environment variable \`${name}\``,
      hint: 'docs/reference/configuration.md lists them',
    });
  }
}

/** What has to hold between options. */
function checkConfig(config: SightlineConfig, given: ReadonlyMap<string, Given>, diagnostics: Diagnostic[]): void {
  if (!config.security.insecureNoAuth) {
    checkReach('listen', [config.listen], given, diagnostics);
    checkReach('listeners', config.listeners, given, diagnostics);
  }
  if (config.storage.backend === 'clickhouse' && config.storage.clickhouse.url === '') {
    report('storage.backend', given, diagnostics, {
      code: 'config/missing-key',
      message: 'the backend `clickhouse` needs `storage.clickhouse.url`',
      hint: 'give the HTTP address of the server, such as `http://clickhouse:8123`',
    });
  }
  for (const name of [
    'host_metrics.interval',
    'self_scrape.interval',
    'query.timeout',
    'query.lookback',
    'query.max_concurrency',
  ]) {
    if (given.get(name)?.value !== 0) continue;
    report(name, given, diagnostics, {
      code: 'config/invalid-value',
      message: `\`${name}\` cannot be 0`,
      hint: 'give a value above 0, or remove it',
    });
  }
}

function checkReach(
  name: string,
  addresses: readonly ListenAddress[],
  given: ReadonlyMap<string, Given>,
  diagnostics: Diagnostic[],
): void {
  for (const address of addresses) {
    if (isLoopbackHost(address.host)) continue;
    report(name, given, diagnostics, {
      code: 'config/insecure-listen',
      message: `refusing to listen on ${formatAddress(address)}: there is no log-in yet, and everyone who reaches it could read and write`,
      hint: `listen on 127.0.0.1:${address.port}, or accept the risk with --insecure-no-auth`,
    });
  }
}

/** At the place that gave the option. */
function report(
  name: string,
  given: ReadonlyMap<string, Given>,
  diagnostics: Diagnostic[],
  finding: Pick<Diagnostic, 'code' | 'message'> & { readonly hint: string },
): void {
  const source = given.get(name);
  const option = OPTIONS.find((candidate) => candidate.name === name);
  if (source?.fileValue !== undefined) {
    const { cursor } = source.fileValue;
    const place = cursor.context.source.range(cursor.node);
    diagnostics.push({ severity: 'error', file: cursor.context.source.file, keyPath: name, ...place, ...finding });
    return;
  }
  const file = source?.origin === 'env' ? (option?.env ?? name) : `--${option?.flag ?? name}`;
  diagnostics.push({ severity: 'error', file, ...finding });
}

function textOf(option: OptionSpec, value: unknown): string {
  if (Array.isArray(value)) return value.map((item) => textOf(option, item)).join(',');
  if (typeof value === 'object' && value !== null && 'host' in value) return formatAddress(value as ListenAddress);
  if (option.type === 'duration' && typeof value === 'number') return formatDuration(value);
  return value === undefined ? '' : String(value);
}
