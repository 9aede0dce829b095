/**
 * Modules of Node that only some services need, loaded at first use: TLS, compression, cluster and child processes would be half of
 * what importing the SDK costs.
 */
import { createRequire } from 'node:module';

interface Builtins {
  'node:child_process': typeof import('node:child_process');
  'node:cluster': typeof import('node:cluster').default;
  'node:https': typeof import('node:https');
  'node:zlib': typeof import('node:zlib');
}

// Any absolute path will do for modules that Node itself has; unlike import.meta.url it is there in every bundle.
const load = createRequire(process.execPath);

export function builtin<TName extends keyof Builtins>(name: TName): Builtins[TName] {
  return load(name) as Builtins[TName];
}
