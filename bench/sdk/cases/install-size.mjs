/**
 * S2: what a service gets with the SDK: its runtime dependencies and what npm would pack, unpacked; and the packages and bytes of
 * the peers with the same abilities, as they are installed here, with everything that they depend on.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const PEERS = [
  '@opentelemetry/sdk-node',
  '@opentelemetry/auto-instrumentations-node',
  'pino',
  'pino-http',
  'prom-client',
];

const manifest = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/** Where a package that `folder` depends on is installed: the nearest node_modules upwards. */
function installed(name, folder) {
  for (let at = folder; at.length >= root.length - 1; at = dirname(at)) {
    const found = join(at, 'node_modules', name);
    if (existsSync(join(found, 'package.json'))) return found;
  }
  return undefined;
}

function closure(names, from) {
  const folders = new Set(names.map((name) => installed(name, from)));
  for (const folder of folders) {
    const { dependencies, peerDependencies, peerDependenciesMeta, optionalDependencies } = manifest(folder);
    const peers = Object.keys(peerDependencies ?? {}).filter((name) => !peerDependenciesMeta?.[name]?.optional);
    for (const name of [...peers, ...Object.keys({ ...optionalDependencies, ...dependencies })]) {
      const found = installed(name, folder);
      if (found !== undefined) folders.add(found);
    }
  }
  return folders;
}

/** Bytes of a package without those that are installed inside it. */
function bytesOf(folder) {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'node_modules') continue;
    const path = join(folder, entry.name);
    bytes += entry.isDirectory() ? bytesOf(path) : statSync(path).size;
  }
  return bytes;
}

const sdk = join(root, 'packages/sdk');
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const [packed] = JSON.parse(
  execFileSync(npm, ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error'], {
    cwd: sdk,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  }),
);
const peers = closure(PEERS, join(root, 'tests/sdk'));
let bytes = 0;
for (const folder of peers) bytes += bytesOf(folder);
console.log(
  JSON.stringify({
    case: 'install-size',
    node: process.versions.node,
    sdk: {
      dependencies: Object.keys(manifest(sdk).dependencies ?? {}).length,
      megabytes: packed.unpackedSize / 1e6,
      packedMegabytes: packed.size / 1e6,
      files: packed.entryCount,
    },
    peers: { packages: peers.size, megabytes: bytes / 1e6 },
  }),
);
