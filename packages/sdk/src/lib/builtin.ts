/**
 * Modules of Node that a service does not need at its start, or not at all, loaded at first use: together they would be most of
 * what importing the SDK costs.
 */
import { createRequire } from 'node:module';

interface Builtins {
  'node:child_process': typeof import('node:child_process');
  'node:cluster': typeof import('node:cluster').default;
  'node:crypto': typeof import('node:crypto');
  'node:fs/promises': typeof import('node:fs/promises');
  'node:http': typeof import('node:http');
  'node:https': typeof import('node:https');
  'node:net': typeof import('node:net');
  'node:tty': typeof import('node:tty');
  'node:v8': typeof import('node:v8');
  'node:zlib': typeof import('node:zlib');
}

// Any absolute path will do for modules that Node itself has; unlike import.meta.url it is there in every bundle.
const load = createRequire(process.execPath);

export function builtin<TName extends keyof Builtins>(name: TName): Builtins[TName] {
  return load(name) as Builtins[TName];
}
