/** The list `templates`: files with template definitions, which have to parse. */
import path from 'node:path';
import { diskFiles, type FileAccess, resolveAgainst } from '../../config/file-access.ts';
import { unreadableFile } from '../../config/unreadable-file.ts';
import type { Diagnostic } from '../../lib/diagnostic.ts';
import type { Cursor } from '../../lib/yaml-cursor.ts';
import type { ObjectReader } from '../../lib/yaml-object.ts';
import { globFiles } from '../../rules/unit-test/glob.ts';
import { templateProblem } from './template-syntax.ts';

export interface ReadTemplates {
  /** Patterns, resolved. */
  readonly patterns: readonly string[];
  /** By their path. */
  readonly sources: ReadonlyMap<string, string>;
  readonly diagnostics: readonly Diagnostic[];
}

export function readTemplates(root: ObjectReader, files: FileAccess): ReadTemplates {
  const patterns: string[] = [];
  const sources = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  for (const cursor of root.list('templates', 'a list of file names')) {
    const text = cursor.string('a file name');
    if (text === undefined) continue;
    const pattern = resolveAgainst(cursor.context.source.file, text);
    patterns.push(pattern);
    for (const file of filesOf(cursor, pattern, files)) diagnostics.push(...readFile(file, files, sources));
  }
  return { patterns, sources, diagnostics };
}

function filesOf(cursor: Cursor, pattern: string, files: FileAccess): readonly string[] {
  const found = files === diskFiles ? globFiles(pattern) : files.glob(pattern);
  if (found === undefined) {
    cursor.error({
      code: 'alertmanager/pattern',
      message: 'the pattern is malformed',
      hint: 'a `[` needs its `]`, and a `\\` something behind it',
    });
    return [];
  }
  if (found.length === 0) {
    cursor.warn({
      code: 'config/missing-file',
      message: `no file matches \`${pattern}\``,
      hint: 'relative names start at the folder of the configuration file',
    });
  }
  return found;
}

function readFile(file: string, files: FileAccess, sources: Map<string, string>): Diagnostic[] {
  let text: string;
  try {
    text = files.readText(file);
  } catch (error) {
    return [unreadableFile(file, error)];
  }
  sources.set(file, text);
  const problem = templateProblem(text, path.basename(file));
  if (problem === undefined) return [];
  return [
    {
      severity: 'error',
      code: 'alertmanager/template',
      file,
      start: { line: problem.line, column: 1 },
      message: `the template does not parse: ${problem.message}`,
    },
  ];
}
