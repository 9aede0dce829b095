/** Asks the real amtool about many files: one process for a batch, and the next one after a file that crashes it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface Verdict {
  readonly isAccepted: boolean;
  /** What amtool printed about the file; `crashed` when it ended with a panic. */
  readonly output: string;
}

const BATCH = 200;

/** Files that the cases refer to, laid out beside each configuration. */
const NEIGHBOURS: Readonly<Record<string, string>> = {
  'good.tmpl': '{{ define "good" }}{{ range .Alerts }}{{ .Labels.x | toUpper }}{{ end }}{{ end }}',
  'bad.tmpl': 'first line\n{{ define "bad" }}\n{{ if }}\n{{ end }}',
  'function.tmpl': '{{ define "f" }}{{ . | nosuchfunction }}{{ end }}',
  'folder/good.tmpl': '{{ define "other" }}text{{ end }}',
};

/** A folder with the neighbours; the caller removes it. */
export function makeFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'sightline-alertmanager-'));
  for (const [name, text] of Object.entries(NEIGHBOURS)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Verdicts in the order of the texts. */
export function askAmtool(folder: string, texts: readonly string[]): Verdict[] {
  const files = texts.map((text, index) => {
    const file = path.join(folder, `case-${index}.yml`);
    writeFileSync(file, text);
    return file;
  });
  const verdicts: Verdict[] = [];
  while (verdicts.length < files.length) {
    const batch = files.slice(verdicts.length, verdicts.length + BATCH);
    const { stdout } = spawnSync('amtool', ['check-config', ...batch], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    const parts = stdout.split(/^Checking '\/.*case-\d+\.yml'/m).slice(1);
    if (parts.length === 0) throw new Error(`amtool said nothing about ${batch[0]}`);
    for (const part of parts) {
      const isFailed = /^ {2}FAILED: /m.test(part);
      const isDone = isFailed || /^ {2}SUCCESS/m.test(part);
      verdicts.push({ isAccepted: isDone && !isFailed, output: isDone ? part.trim() : 'crashed' });
    }
  }
  return verdicts;
}
