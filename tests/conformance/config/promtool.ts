/** Asks the real promtool about many files at once: one process for a batch, because starting it is what costs. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface Verdict {
  readonly isAccepted: boolean;
  /** What promtool printed about the file. */
  readonly output: string;
}

/** Debian's package is 2.42 without the Kubernetes and cloud client libraries it does not ship. */
export function hasPromtool(): boolean {
  return spawnSync('promtool', ['--version']).status === 0;
}

const BATCH = 100;

/** Files that the cases refer to, laid out beside each configuration. */
export const NEIGHBOURS: Readonly<Record<string, string>> = {
  'rules/one.yml': 'groups: []\n',
  'alerts.yml': 'groups: []\n',
  'token.txt': 'token\n',
  'client.crt': 'certificate\n',
  'client.key': 'key\n',
  'targets/good.yml': '- targets: [a:1, b:2]\n  labels:\n    env: test\n',
  'targets/good.json': '[{"targets": ["a:1"], "labels": {"env": "test"}}]\n',
  'broken/bad-key.yml': '- target: [a:1]\n',
  'broken/bad-type.json': '[{"targets": "a:1"}]\n',
  'broken/bad-host.yml': '- targets: ["http://a:1/x"]\n',
};

/** A folder with the neighbours; the caller removes it. */
export function makeFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'sightline-config-'));
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
export function askPromtool(folder: string, texts: readonly string[]): Verdict[] {
  const files = texts.map((text, index) => {
    const file = path.join(folder, `case-${index}.yml`);
    writeFileSync(file, text);
    return file;
  });
  const verdicts: Verdict[] = [];
  for (let from = 0; from < files.length; from += BATCH) {
    const batch = files.slice(from, from + BATCH);
    const { stdout } = spawnSync('sh', ['-c', 'exec promtool check config "$@" 2>&1', 'sh', ...batch], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      // Keeps the AWS client from asking the metadata service for a region.
      env: { ...process.env, AWS_EC2_METADATA_DISABLED: 'true' },
    });
    const parts = stdout.split(/^Checking (?=\/.*case-\d+\.yml$)/m).slice(1);
    for (const part of parts) {
      verdicts.push({ isAccepted: /^ SUCCESS: /m.test(part) && !/^\s*FAILED/m.test(part), output: part.trim() });
    }
  }
  if (verdicts.length !== files.length)
    throw new Error(`promtool answered ${verdicts.length} of ${files.length} files`);
  return verdicts;
}
