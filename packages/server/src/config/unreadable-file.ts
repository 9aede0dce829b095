/** The finding about a file that cannot be read at all. */
import type { Diagnostic } from '../lib/diagnostic.ts';

/** `name` is the file as the user named it. */
export function unreadableFile(name: string, error: unknown): Diagnostic {
  const { code, message } = error as NodeJS.ErrnoException;
  const reason = (code === undefined ? undefined : UNREADABLE[code]) ?? message;
  return {
    severity: 'error',
    code: 'config/missing-file',
    file: name,
    message: `\`${name}\` cannot be read: ${reason}`,
  };
}

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EACCES: 'not permitted',
  EISDIR: 'it is a folder',
};
