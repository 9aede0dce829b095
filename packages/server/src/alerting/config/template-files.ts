/**
 * Template files and template texts: whether they parse, and whether every template they call by name exists. A text that does not
 * parse is found by Alertmanager only when it sends.
 */
import path from 'node:path';
import { diskFiles, type FileAccess, resolveAgainst } from '../../config/file-access.ts';
import { unreadableFile } from '../../config/unreadable-file.ts';
import type { Diagnostic } from '../../lib/diagnostic.ts';
import type { Cursor } from '../../lib/yaml-cursor.ts';
import type { ObjectReader } from '../../lib/yaml-object.ts';
import { closest } from '../../lib/yaml-suggest.ts';
import { globFiles } from '../../rules/unit-test/glob.ts';
import { EMAIL_TEMPLATES } from '../templates/email-templates.ts';
import { TEXT_TEMPLATES } from '../templates/text-templates.ts';
import type { TemplateText, TemplateTexts } from './kit.ts';
import { templateProblem } from './template-syntax.ts';

export interface ReadTemplates {
  /** Patterns, resolved. */
  readonly patterns: readonly string[];
  /** By their path. */
  readonly sources: ReadonlyMap<string, string>;
  readonly diagnostics: readonly Diagnostic[];
}

const DEFINITION = /\{\{-?\s*(?:define|block)\s+["`]([^"`]+)["`]/g;
const CALL = /\{\{-?\s*template\s+["`]([^"`]+)["`]/g;

/** Names that exist without any file. */
const BUILT_IN: readonly string[] = namesIn(TEXT_TEMPLATES + EMAIL_TEMPLATES, DEFINITION);

/** Alertmanager has texts for them, Sightline does not send them. */
const UNSENT = /^(?:pushover|wechat|rocketchat|mattermost|victorops|sns|webex|jira)\.default\./;

export function readTemplates(root: ObjectReader, texts: TemplateTexts, files: FileAccess): ReadTemplates {
  const patterns: string[] = [];
  const sources = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  const defined = new Set(BUILT_IN);
  for (const cursor of root.list('templates', 'a list of file names')) {
    const text = cursor.string('a file name');
    if (text === undefined) continue;
    const pattern = resolveAgainst(cursor.context.source.file, text);
    patterns.push(pattern);
    for (const file of filesOf(cursor, pattern, files)) diagnostics.push(...readFile(file, files, sources, defined));
  }
  for (const text of texts) checkText(text, defined);
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

function readFile(file: string, files: FileAccess, sources: Map<string, string>, defined: Set<string>): Diagnostic[] {
  let text: string;
  try {
    text = files.readText(file);
  } catch (error) {
    return [unreadableFile(file, error)];
  }
  sources.set(file, text);
  defined.add(path.basename(file));
  for (const name of namesIn(text, DEFINITION)) defined.add(name);
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

/** Alertmanager looks at these only when it sends, so that they cannot be errors of the file. */
function checkText({ cursor, text }: TemplateText, defined: ReadonlySet<string>): void {
  const problem = templateProblem(text);
  if (problem !== undefined) {
    cursor.warn({
      code: 'alertmanager/template',
      message: `the template does not parse, no message can be sent: ${problem.message}`,
      hint: 'Alertmanager accepts the file and fails at each notification',
    });
    return;
  }
  const own = namesIn(text, DEFINITION);
  for (const name of namesIn(text, CALL)) {
    if (defined.has(name) || own.includes(name) || UNSENT.test(name)) continue;
    const near = closest(name, defined);
    cursor.warn({
      code: 'alertmanager/unknown-template',
      message: `there is no template \`${name}\`, no message can be sent`,
      hint: near === undefined ? 'define it in a file that `templates` names' : `did you mean \`${near}\`?`,
    });
  }
}

function namesIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name]) => name ?? '');
}
