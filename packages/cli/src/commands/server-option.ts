/** `--server`, which every command that talks to a running server has. */
import { type Command, Option } from 'commander';

export interface ServerOption {
  readonly server: string;
}

const DEFAULT_SERVER = 'http://127.0.0.1:7070';

export function addServerOption(command: Command): Command {
  return command.addOption(
    new Option('--server <url>', 'address of the server').env('SIGHTLINE_SERVER').default(DEFAULT_SERVER),
  );
}
