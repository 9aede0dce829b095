/** People paste a rule file, a group or one rule; the server reads files. */

export interface RuleFileText {
  readonly text: string;
  /** Lines put in front of what was pasted. */
  readonly addedLines: number;
}

const FILE = /^groups\s*:/m;
const GROUP = /^(?:-\s+)?(?:name|rules)\s*:/m;
const RULE = /^(?:-\s+)?(?:alert|record)\s*:/m;

/** The text without what all its lines are indented by. */
function dedent(text: string): string {
  const lines = text.split('\n');
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const least = Math.min(...indents);
  return Number.isFinite(least) ? lines.map((line) => line.slice(least)).join('\n') : text;
}

/** As items of a list, `spaces` in. */
function asItems(text: string, spaces: number): string {
  const isList = text.trimStart().startsWith('-');
  let isFirst = true;
  return text
    .split('\n')
    .map((line) => {
      if (line.trim() === '' || (isFirst && line.startsWith('#'))) return line;
      const mark = isList ? '' : isFirst ? '- ' : '  ';
      isFirst = false;
      return `${' '.repeat(spaces)}${mark}${line}`;
    })
    .join('\n');
}

/** A whole rule file of what was pasted; text that is none of the three stays as it is. */
export function asRuleFile(pasted: string): RuleFileText {
  const text = dedent(pasted);
  if (FILE.test(text)) return { text, addedLines: 0 };
  if (GROUP.test(text)) return { text: `groups:\n${asItems(text, 2)}`, addedLines: 1 };
  if (RULE.test(text)) return { text: `groups:\n  - name: pasted\n    rules:\n${asItems(text, 6)}`, addedLines: 3 };
  return { text, addedLines: 0 };
}
