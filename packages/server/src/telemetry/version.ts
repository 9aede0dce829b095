/** What is running: version from package.json, revision from the build. Read once, never at request time. */
import { readFileSync } from 'node:fs';

export interface Version {
  readonly version: string;
  /** Commit the build was made from, `unknown` for a build outside a repository. */
  readonly revision: string;
  /** ISO 8601, '' when the build did not note it. */
  readonly buildDate: string;
}

/** The build writes `build.json` beside package.json; running from source there is none. */
export function readVersion(): Version {
  const folder = new URL('../../', import.meta.url);
  const { version } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')) as { version: string };
  const build = readBuild(new URL('dist/build.json', folder));
  return { version, revision: build.revision ?? 'unknown', buildDate: build.date ?? '' };
}

function readBuild(file: URL): { revision?: string; date?: string } {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { revision?: string; date?: string };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
