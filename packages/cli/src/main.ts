/** Entry of the `sightline` command: the process around `runCli`. */
import { readFileSync } from 'node:fs';
import { processContext } from './context.ts';
import { runCli } from './program.ts';

export async function main(args: readonly string[]): Promise<void> {
  // A reader that closes early (`| head`) ends the command quietly, as with other tools.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  // A log that nobody reads any more must not end the server that writes it.
  process.stderr.on('error', () => undefined);
  process.exitCode = await runCli(args, readOwnVersion(), processContext());
}

function readOwnVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}
