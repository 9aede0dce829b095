/**
 * Brings a checkout to the state that a command needs: dependencies installed as the lock file says, sources built. Does
 * nothing when nothing changed, and says what it does while it does it. Needs only Node and npm.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampFolder = join(root, '.cache');

const MINIMUM_NODE = [20, 19];

/** Exits with a clear message when this Node is too old. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [wantMajor, wantMinor] = MINIMUM_NODE;
  if (major > wantMajor || (major === wantMajor && minor >= wantMinor)) return;
  console.error(`Sightline needs Node ${MINIMUM_NODE.join('.')} or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

/** Runs a command with its output shown; rejects when it fails. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], ...options });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${[command, ...args].join(' ')} ended with ${signal ?? `code ${code}`}`));
    });
  });
}

/** The path of a tool that npm installed, run with this Node. */
export function bin(packagePath) {
  return [process.execPath, join(root, 'node_modules', packagePath)];
}

async function step(title, work) {
  const started = performance.now();
  console.error(`sightline: ${title} ...`);
  await work();
  console.error(`sightline: ${title} done in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

/**
 * Installs what the lock file says and is not there.
 *
 * @param scope `packages`: what building and running needs. `all`: also what tests and benches compare with, which is most
 *   of the download (frameworks, other telemetry libraries).
 */
export async function ensureInstalled(scope) {
  const reason = whyInstall(scope);
  if (reason === undefined) return;
  const only = packageFolders().flatMap((folder) => ['-w', folder]);
  const selection = scope === 'all' ? [] : [...only, '--include-workspace-root'];
  await step(`installing dependencies (${reason})`, () =>
    run(
      process.platform === 'win32' ? 'npm.cmd' : 'npm',
      ['ci', '--no-audit', '--no-fund', '--loglevel=error', ...selection],
      { shell: process.platform === 'win32' },
    ),
  );
}

function packageFolders() {
  return readdirSync(join(root, 'packages')).map((name) => `packages/${name}`);
}

/** Compares what npm says it installed with the lock file. Packages for other platforms may be absent. */
function whyInstall(scope) {
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return 'first time';
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(installed, 'utf8')).packages;
  const paths = scope === 'all' ? Object.keys(wanted) : reachable(wanted, ['', ...packageFolders()]);
  for (const path of paths) {
    const entry = wanted[path];
    if (entry.link || !path.includes('node_modules/')) continue;
    const found = present[path];
    if (found === undefined && (entry.optional || entry.devOptional || entry.peer)) continue;
    const name = path.replace(/^.*node_modules\//, '');
    if (found === undefined) return `${name} is not there`;
    if (found.version !== entry.version) return `package-lock.json changed: ${name}`;
  }
  return undefined;
}

/** Paths in the lock file of everything that `roots` need, found as Node finds modules: the nearest node_modules first. */
function reachable(packages, roots) {
  const seen = new Set(roots);
  for (const path of seen) {
    const entry = packages[path];
    const isRoot = roots.includes(path);
    const names = { ...entry.dependencies, ...entry.optionalDependencies, ...(isRoot ? entry.devDependencies : {}) };
    for (const name of Object.keys(names)) {
      const found = nearest(packages, path, name);
      if (found !== undefined) seen.add(found);
    }
  }
  return seen;
}

function nearest(packages, from, name) {
  for (let folder = from; ; folder = folder.replace(/\/?(?:node_modules\/)?[^/]*$/, '')) {
    const path = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (packages[path] !== undefined) return packages[path].link ? packages[path].resolved : path;
    if (folder === '') return undefined;
  }
}

const BUILDS = [
  {
    title: 'building SDK',
    inputs: ['packages/sdk'],
    output: 'packages/sdk/dist/esm/index.js',
    stamp: 'sdk',
    run: () => run(process.execPath, [join(root, 'packages/sdk/scripts/build.mjs')]),
  },
  {
    title: 'building server and command line',
    inputs: [
      'packages/model',
      'packages/promql',
      'packages/protocol',
      'packages/gotemplate',
      'packages/api-types',
      'packages/server',
      'packages/cli',
    ],
    output: 'packages/cli/dist/main.js',
    stamp: 'server',
    run: () => run(...withBin('typescript/bin/tsc', ['-b', 'packages/cli'])),
  },
  {
    title: 'building web app',
    inputs: ['packages/model', 'packages/promql', 'packages/api-types', 'packages/web'],
    output: 'packages/web/dist/app/index.html',
    stamp: 'web',
    run: () =>
      run(...withBin('vite/bin/vite.js', ['build', '--logLevel', 'warn']), { cwd: join(root, 'packages/web') }),
  },
];

function withBin(path, args) {
  const [node, script] = bin(path);
  return [node, [script, ...args]];
}

/** @param stamps Which builds, by their stamp; all of them unless given. */
export async function ensureBuilt(stamps) {
  for (const build of BUILDS) {
    if (stamps !== undefined && !stamps.includes(build.stamp)) continue;
    const hash = hashInputs(build.inputs);
    const stampFile = join(stampFolder, `${build.stamp}.hash`);
    const isFresh =
      existsSync(join(root, build.output)) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === hash;
    if (isFresh) continue;
    await step(build.title, build.run);
    mkdirSync(stampFolder, { recursive: true });
    writeFileSync(stampFile, hash);
  }
}

function hashInputs(folders) {
  const hash = createHash('sha256').update(process.versions.node.split('.')[0] ?? '');
  for (const file of ['package-lock.json', 'tsconfig.base.json']) hash.update(readFileSync(join(root, file)));
  for (const folder of folders) hashFolder(hash, join(root, folder));
  return hash.digest('hex');
}

function hashFolder(hash, folder) {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (entry.name === 'dist' || entry.name === 'node_modules' || /\.test\.tsx?$/.test(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) hashFolder(hash, path);
    else if (entry.isFile()) hash.update(path.slice(root.length)).update(readFileSync(path));
  }
}

/** Prints a failure the same way for every script and ends the process. */
export function fail(error) {
  console.error(`sightline: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
