/** Asks the real promtool about rule files and unit tests: one process for a batch of files. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

export interface Verdict {
  readonly isAccepted: boolean;
  /** What promtool printed about the file, without empty lines. */
  readonly output: string;
}

/** Debian's package is 2.42. */
export function hasPromtool(): boolean {
  return spawnSync('promtool', ['--version']).status === 0;
}

/** Verdicts of `promtool check rules` in the order of the texts. */
export function checkWithPromtool(folder: string, texts: readonly string[]): Verdict[] {
  const files = texts.map((text, index) => {
    const file = path.join(folder, `case-${index}.yml`);
    writeFileSync(file, text);
    return file;
  });
  return ask('check rules --lint=none', files, /^Checking (?=\/.*case-\d+\.yml$)/m);
}

/** Verdicts of `promtool test rules`, one for each file. */
export function testWithPromtool(files: readonly string[]): Verdict[] {
  return ask('test rules', files, /^Unit Testing: {2}(?=\/)/m);
}

function ask(command: string, files: readonly string[], header: RegExp): Verdict[] {
  const { stdout } = spawnSync('sh', ['-c', `exec promtool ${command} "$@" 2>&1`, 'sh', ...files], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const verdicts = stdout
    .split(header)
    .slice(1)
    .map((part) => ({ isAccepted: !/^ {2}FAILED/m.test(part), output: withoutEmptyLines(part) }));
  if (verdicts.length !== files.length)
    throw new Error(`promtool answered ${verdicts.length} of ${files.length} files`);
  return verdicts;
}

export function withoutEmptyLines(text: string): string {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .join('\n');
}

/** Which two of many duplicates an error names is the order of a store, and changes from run to run. */
export function anyPair(text: string): string {
  return text.replace(/(found duplicate series for the match group .* operation: \[).*(\];)/g, '$1two series$2');
}
