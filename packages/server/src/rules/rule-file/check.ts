/** `sightline check rules FILE`: the loader and the lint over one file, with promtool's verdict. */
import { diskFiles } from '../../config/file-access.ts';
import { unreadableFile } from '../../config/unreadable-file.ts';
import type { Diagnostic } from '../../lib/diagnostic.ts';
import { findDuplicateRules } from './duplicates.ts';
import { loadRuleFile } from './load.ts';
import type { RuleFileRules } from './rule.ts';

export interface CheckRulesOptions extends Partial<RuleFileRules> {
  /** Whether rules with the same name and labels are reported. */
  readonly lintDuplicates?: boolean;
  /** Instead of the text on the disk. */
  readonly text?: string;
}

export interface CheckRulesReport {
  readonly file: string;
  /** Read and valid; what the lint finds does not count. */
  readonly isValid: boolean;
  readonly rules: number;
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, string>;
  /** What the lint found, in promtool's words; '' for nothing. */
  readonly lint: string;
}

export function checkRuleFile(file: string, options: CheckRulesOptions = {}): CheckRulesReport {
  let text: string;
  try {
    text = options.text ?? diskFiles.readText(file);
  } catch (error) {
    const diagnostics = [unreadableFile(file, error)];
    return { file, isValid: false, rules: 0, diagnostics, sources: new Map(), lint: '' };
  }
  const { groups, diagnostics } = loadRuleFile({ ...options, file, text });
  const sources = new Map([[file, text]]);
  if (groups === undefined) return { file, isValid: false, rules: 0, diagnostics, sources, lint: '' };
  const duplicates = options.lintDuplicates === true ? findDuplicateRules(groups) : [];
  const lint = duplicates.length === 0 ? '' : lintText(duplicates);
  const rules = groups.reduce((sum, group) => sum + group.rules.length, 0);
  return { file, isValid: true, rules, diagnostics, sources, lint };
}

function lintText(duplicates: ReturnType<typeof findDuplicateRules>): string {
  const lines = [`lint error ${duplicates.length} duplicate rule(s) found.`];
  for (const { name, labels } of duplicates) {
    lines.push(`Metric: ${name}`, 'Label(s):');
    for (const [label, value] of labels) lines.push(`\t${label}: ${value}`);
  }
  lines.push('Might cause inconsistency while recording expressions');
  return lines.join('\n');
}
