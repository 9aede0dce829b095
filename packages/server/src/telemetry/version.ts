/** What is running: version from package.json, revision from the build or the checkout. Read once, never at request time. */
import { readFileSync } from 'node:fs';

export interface Version {
  readonly version: string;
  /** Commit it was made from, `unknown` outside a repository. */
  readonly revision: string;
  /** ISO 8601, '' when the build did not note it. */
  readonly buildDate: string;
}

/** A package may carry `dist/build.json`; a checkout has its git folder. */
export function readVersion(): Version {
  const folder = new URL('../../', import.meta.url);
  const { version } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')) as { version: string };
  const buildText = readIfThere(new URL('dist/build.json', folder));
  const build = buildText === undefined ? {} : (JSON.parse(buildText) as { revision?: string; date?: string });
  const revision = build.revision ?? checkedOutRevision(new URL('../../.git/', folder)) ?? 'unknown';
  return { version, revision, buildDate: build.date ?? '' };
}

/** The commit that HEAD names, by way of its branch file or the packed references. */
function checkedOutRevision(git: URL): string | undefined {
  const head = readIfThere(new URL('HEAD', git))?.trim();
  if (head === undefined) return undefined;
  const branch = /^ref: (refs\/[\w./-]+)$/.exec(head)?.[1];
  if (branch === undefined) return isCommit(head) ? head : undefined;
  const loose = readIfThere(new URL(branch, git))?.trim();
  if (loose !== undefined && isCommit(loose)) return loose;
  const line = readIfThere(new URL('packed-refs', git))
    ?.split('\n')
    .find((packed) => packed.endsWith(` ${branch}`));
  return line?.split(' ')[0];
}

function isCommit(text: string): boolean {
  return /^[0-9a-f]{40,64}$/.test(text);
}

function readIfThere(file: URL): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
