/** The node_exporter on this machine. Other versions have other metrics, so the comparison is with the one it was made for. */
import { execFileSync } from 'node:child_process';
import { has } from '../../support/programs.ts';

export const BINARY = 'prometheus-node-exporter';
const COMPARED = '1.5';

/** The title of a group of tests, and whether they can run here. */
export function exporterTests(what: string): { readonly title: string; readonly isPossible: boolean } {
  const version = installedVersion();
  const found = version === undefined ? 'not installed' : `this is ${version}`;
  return {
    title: `${what} (needs ${BINARY} ${COMPARED} from Debian 12; ${found})`,
    isPossible: version?.startsWith(`${COMPARED}.`) === true,
  };
}

function installedVersion(): string | undefined {
  if (!has(BINARY)) return undefined;
  const output = execFileSync(BINARY, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return /version (\d+\.\d+\.\d+)/.exec(output)?.[1] ?? 'of unknown version';
}
