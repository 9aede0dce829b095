/** Files that prometheus.yml names: rule files, further scrape configurations, target files. */
import type { Diagnostic } from '../../lib/diagnostic.ts';
import type { Cursor } from '../../lib/yaml-cursor.ts';
import { Cursor as NodeCursor } from '../../lib/yaml-cursor.ts';
import type { YamlNode } from '../../lib/yaml-node.ts';
import type { ObjectReader } from '../../lib/yaml-object.ts';
import { parseYaml } from '../../lib/yaml-parse.ts';
import type { FileAccess } from '../file-access.ts';
import { type NameScheme, type PrometheusDecode, resolvePath } from './decode-kit.ts';
import { FILE_PATTERN } from './discovery.ts';
import { childNode } from './jobs.ts';
import { readTargetGroup } from './target-group.ts';
import type { DiscoveryConfig } from './types.ts';

const RULE_PATTERN = /^[^*]*(?:\*[^/]*)?$/;

/** A text that was read on the way, by file name: messages show its lines. */
export type Sources = Map<string, string>;

export interface Reference {
  readonly cursor: Cursor;
  /** With the folder of the configuration file in front. */
  readonly pattern: string;
}

/** Entries of `rule_files` or `scrape_config_files` whose pattern is valid. */
export function readPatterns(root: ObjectReader, key: string): Reference[] {
  return root.list(key, 'a list of file names').flatMap((cursor) => {
    const text = cursor.string('a file name');
    if (text === undefined) return [];
    if (RULE_PATTERN.test(text)) return [{ cursor, pattern: resolvePath(cursor.context, text) }];
    cursor.error({
      code: 'config/file-pattern',
      message: `\`${text}\` is not a valid file pattern`,
      hint: 'only the last part of the path may contain one `*`: `rules/*.yml`',
    });
    return [];
  });
}

/** Rule files by name have to exist; a pattern may match nothing. */
export function checkRuleFiles(root: ObjectReader, files: FileAccess): string[] {
  const references = readPatterns(root, 'rule_files');
  for (const { cursor, pattern } of references) {
    if (pattern.includes('*')) {
      if (files.glob(pattern).length === 0) {
        cursor.warn({
          code: 'config/missing-file',
          message: `no file matches \`${pattern}\``,
          hint: 'relative names start at the folder of the configuration file',
        });
      }
    } else if (!files.exists(pattern)) {
      cursor.error({
        code: 'config/missing-file',
        message: `the rule file \`${pattern}\` does not exist or cannot be read`,
        hint: 'relative names start at the folder of the configuration file',
      });
    }
  }
  return references.map((reference) => reference.pattern);
}

/** Reads a further file into `sources`, or reports at the place that names it. */
export function openReferenced(cursor: Cursor, file: string, files: FileAccess, sources: Sources): string | undefined {
  try {
    const text = files.readText(file);
    sources.set(file, text);
    return text;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return cursor.error({ code: 'config/missing-file', message: `the file \`${file}\` cannot be read: ${reason}` });
  }
}

/** Checks the target files that exist now; those that do not may appear later. */
export function checkTargetFiles(
  place: Cursor,
  discovery: DiscoveryConfig,
  options: {
    readonly files: FileAccess;
    readonly sources: Sources;
    readonly scheme: NameScheme;
    readonly hasRelabeling: boolean;
  },
): number {
  let targets = 0;
  const patterns = discovery.fileSdConfigs.flatMap((config) => config.files).filter((file) => FILE_PATTERN.test(file));
  for (const pattern of patterns) {
    const matches = pattern.includes('*')
      ? options.files.glob(pattern)
      : options.files.exists(pattern)
        ? [pattern]
        : [];
    if (matches.length === 0) {
      place.warn({
        code: 'config/missing-file',
        message: `no target file matches \`${pattern}\` yet`,
        hint: 'its targets appear when the file does',
        ...fileSpan(place, pattern),
      });
    }
    for (const file of matches) {
      const text = openReferenced(place, file, options.files, options.sources);
      if (text !== undefined) targets += checkTargetFile(place.context, file, text, options);
    }
  }
  return targets;
}

/** Where the job names the file. */
function fileSpan(place: Cursor, pattern: string): { readonly span?: YamlNode } {
  const configs = childNode(place.node, 'file_sd_configs');
  for (const config of configs?.kind === 'list' ? configs.items : []) {
    const files = childNode(config, 'files');
    for (const file of files?.kind === 'list' ? files.items : []) {
      if (file.kind === 'scalar' && resolvePath(place.context, file.text) === pattern) return { span: file };
    }
  }
  return {};
}

function checkTargetFile(
  parent: Cursor['context'],
  file: string,
  text: string,
  options: { readonly scheme: NameScheme; readonly hasRelabeling: boolean },
): number {
  const { source, root, diagnostics } = parseYaml(file, text);
  parent.diagnostics.push(...diagnostics);
  if (root === undefined) return 0;
  const context = { ...parent, source, secrets: [] };
  const groups = new NodeCursor(context, root, '').list('a list of target groups') ?? [];
  return groups
    .map((group, index) => readTargetGroup(group, { source: `${file}:${index}`, ...options })?.targets.length ?? 0)
    .reduce((sum, count) => sum + count, 0);
}

/** A context for another file that collects into the same findings. */
export function contextFor(
  parent: PrometheusDecode,
  parsed: ReturnType<typeof parseYaml>,
  findings: Diagnostic[],
): PrometheusDecode {
  return { ...parent, source: parsed.source, diagnostics: findings, secrets: [] };
}
