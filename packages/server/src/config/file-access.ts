/** The file system as configuration loading needs it; tests and checks of unsaved text hand in their own. */
import { accessSync, constants, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

export interface FileAccess {
  /** True when the file exists and can be read. */
  exists(file: string): boolean;
  /** @throws when the file cannot be read */
  readText(file: string): string;
  /** Files that match a pattern in which only the last part of the path contains `*`, sorted. */
  glob(pattern: string): readonly string[];
}

/** Longest file read, in bytes. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;

export const diskFiles: FileAccess = {
  exists(file) {
    try {
      accessSync(file, constants.R_OK);
      return true;
    } catch {
      return false;
    }
  },
  readText(file) {
    const { size } = statSync(file);
    if (size > MAX_FILE_BYTES) throw new RangeError(`${file} is larger than ${MAX_FILE_BYTES} bytes`);
    return readFileSync(file, 'utf8');
  },
  glob(pattern) {
    const folder = path.dirname(pattern);
    const matches = globMatcher(path.basename(pattern));
    try {
      return readdirSync(folder)
        .filter((name) => matches(name))
        .sort()
        .map((name) => path.join(folder, name));
    } catch {
      return [];
    }
  },
};

/** `*` stands for any run of characters. */
export function globMatcher(pattern: string): (name: string) => boolean {
  const parts = pattern.split('*');
  return (name) => {
    if (parts.length === 1) return name === pattern;
    const first = parts[0] ?? '';
    const last = parts[parts.length - 1] ?? '';
    if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
    let at = first.length;
    const limit = name.length - last.length;
    for (const middle of parts.slice(1, -1)) {
      const found = name.indexOf(middle, at);
      if (found === -1 || found + middle.length > limit) return false;
      at = found + middle.length;
    }
    return true;
  };
}

/** A relative path from a configuration file, resolved against the folder of that file. Empty stays empty. */
export function resolveAgainst(configFile: string, file: string): string {
  if (file === '' || path.isAbsolute(file)) return file;
  return path.join(path.dirname(configFile), file);
}
