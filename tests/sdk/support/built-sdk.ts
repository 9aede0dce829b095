/** The SDK as a service has it: built and installed under `node_modules` of a temporary folder. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const sdk = fileURLToPath(new URL('../../../packages/sdk', import.meta.url));

export interface Installed {
  /** A folder in which `@sightline/sdk` resolves. */
  readonly folder: string;
  /** The package itself. */
  readonly package: string;
  /** Writes a file below the folder. @returns Its path. */
  write(name: string, text: string): Promise<string>;
  /** Runs Node in the folder. @returns What it wrote to stdout. */
  node(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string>;
  remove(): Promise<void>;
}

/** @param types Whether with type declarations, which take the compiler some seconds. */
export async function installSdk(types: boolean): Promise<Installed> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-sdk-'));
  const target = join(folder, 'node_modules/@sightline/sdk');
  await mkdir(target, { recursive: true });
  await cp(join(sdk, 'package.json'), join(target, 'package.json'));
  await run(process.execPath, [join(sdk, 'scripts/build.mjs'), ...(types ? [] : ['--code']), join(target, 'dist')]);
  return {
    folder,
    package: target,
    async write(name, text) {
      const path = join(folder, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
      return path;
    },
    async node(args, env = {}) {
      const { stdout } = await run(process.execPath, args, { cwd: folder, env: { ...process.env, ...env } });
      return stdout;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
