/**
 * Lists every platform's optional packages in package-lock.json. npm leaves out those that a partial registry mirror does not
 * have, and then `npm ci` refuses the lock file everywhere. With --check, fails when an entry is missing.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, root } from './prepare.mjs';

const file = join(root, 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const PROCESSORS = ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el'];

/** What a platform package's name says about where it runs: `@scope/binding-linux-arm64-musl`. */
function platformOf(name) {
  const words = name.split(/[/-]/);
  const os = SYSTEMS.find((system) => words.includes(system));
  const cpu = PROCESSORS.find((processor) => words.includes(processor));
  if (os === undefined || cpu === undefined) return undefined;
  const libc = words.includes('musl') ? ['musl'] : words.includes('gnu') ? ['glibc'] : undefined;
  return { cpu: [cpu], os: [os], ...(os === 'linux' && libc !== undefined ? { libc } : {}) };
}

const missing = [];
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const nested = `${path}/node_modules/${name}`;
    const hoisted = `node_modules/${name}`;
    if (lock.packages[nested] !== undefined || lock.packages[hoisted] !== undefined) continue;
    const platform = platformOf(name);
    if (platform === undefined || !/^\d/.test(version))
      fail(`package-lock.json: ${name}@${version} of ${path} is missing: run npm install`);
    missing.push(name);
    lock.packages[hoisted] = { version, ...platform, ...(entry.dev ? { dev: true } : {}), optional: true };
  }
}

if (missing.length > 0 && process.argv.includes('--check')) {
  fail(
    `package-lock.json lacks ${missing.length} platform packages (${missing[0]} ...): run node scripts/complete-lock.mjs`,
  );
}
if (missing.length > 0) {
  const [rootEntry, ...rest] = Object.entries(lock.packages);
  rest.sort(([a], [b]) => (a < b ? -1 : 1));
  lock.packages = Object.fromEntries([rootEntry, ...rest]);
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
}
console.error(`package-lock.json: ${missing.length} platform packages added`);
