/** sightline.yml: text to option values, or every reason why not. Driven by the OPTIONS table. */
import path from 'node:path';
import { type Diagnostic, sortDiagnostics } from '../../lib/diagnostic.ts';
import { Cursor, type DecodeContext } from '../../lib/yaml-cursor.ts';
import { ObjectReader } from '../../lib/yaml-object.ts';
import { parseYaml } from '../../lib/yaml-parse.ts';
import { isScalarList, type OptionText, readOptionText } from './option-text.ts';
import { parseOption } from './option-types.ts';
import { OPTIONS, type OptionSpec } from './options.ts';

export interface FileValue {
  readonly value: unknown;
  /** Where the value stands, for findings about it later. */
  readonly cursor: Cursor;
}

export interface LoadedSightline {
  /** By option name; only what the file gives and what is right. */
  readonly values: ReadonlyMap<string, FileValue>;
  readonly diagnostics: readonly Diagnostic[];
}

const HINTS: Readonly<Record<string, string>> = {
  scrape_configs: 'scrape jobs stand in a prometheus.yml, named as `prometheus: {config_file: prometheus.yml}`',
  global: 'this key belongs in a prometheus.yml, named as `prometheus: {config_file: prometheus.yml}`',
  rule_files: 'this key belongs in a prometheus.yml, named as `prometheus: {config_file: prometheus.yml}`',
  retention: 'retention stands under `storage`: `storage: {retention: {metrics: 15d}}`',
  port: 'the port is part of `listen`: `listen: 127.0.0.1:7070`',
  data: 'did you mean `data_dir`?',
};

/** Keys under `alerting` that are more than a value; alerting/beyond/config reads them. */
const ALERTING_KEYS = ['escalations', 'rate_limits', 'business_hours', 'correlation'] as const;

export interface LoadSightlineOptions {
  /** As the user named it. */
  readonly file: string;
  readonly text: string;
  /** Absolute; relative paths inside start here. */
  readonly folder: string;
}

export function loadSightlineConfig({ file, text, folder }: LoadSightlineOptions): LoadedSightline {
  const parsed = parseYaml(file, text);
  const diagnostics = [...parsed.diagnostics];
  const context: DecodeContext = { source: parsed.source, diagnostics, secrets: [], fileExists: () => true };
  const values = new Map<string, FileValue>();
  if (parsed.root !== undefined) {
    const root = ObjectReader.open(new Cursor(context, parsed.root, ''), 'a mapping of options');
    if (root !== undefined) readSection(root, '', values, folder);
  }
  return { values, diagnostics: sortDiagnostics(diagnostics) };
}

/** Reads the options and sections that stand directly under a prefix such as `storage.`. */
function readSection(reader: ObjectReader, prefix: string, values: Map<string, FileValue>, folder: string): void {
  const sections = new Set<string>();
  for (const option of OPTIONS) {
    if (!option.name.startsWith(prefix)) continue;
    const [head = '', ...rest] = option.name.slice(prefix.length).split('.');
    if (rest.length > 0) sections.add(head);
    else readValue(reader, head, option, values, folder);
  }
  for (const section of sections) {
    const child = reader.object(section);
    if (child !== undefined) readSection(child, `${prefix}${section}.`, values, folder);
  }
  if (prefix === 'alerting.') for (const key of ALERTING_KEYS) reader.at(key);
  reader.finish({ hints: HINTS });
}

function readValue(
  reader: ObjectReader,
  key: string,
  option: OptionSpec,
  values: Map<string, FileValue>,
  folder: string,
): void {
  const cursor = reader.given(key);
  if (cursor === undefined) return;
  const texts: OptionText[] | undefined = readOptionText(cursor, option.type);
  if (texts === undefined) return;
  const parts = texts.map(({ text, place }) => {
    const parsed = parseOption(option.type, text, option.choices);
    if (!('problem' in parsed))
      return option.type === 'path' && text !== '' ? path.resolve(folder, text) : parsed.value;
    place.error({ code: 'config/invalid-value', message: parsed.problem, hint: parsed.hint });
    return undefined;
  });
  if (parts.includes(undefined)) return;
  values.set(option.name, { value: isScalarList(option.type) ? parts.flat() : parts[0], cursor });
}
