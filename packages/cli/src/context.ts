/** What a command has of the outside world; tests give their own. */
export interface CliContext {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly isErrorTerminal: boolean;
  readonly useColor: boolean;
  readonly columns: number;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

export function processContext(): CliContext {
  const { stdout, stderr, env } = process;
  const isErrorTerminal = stderr.isTTY === true;
  return {
    stdout: (text) => void stdout.write(text),
    stderr: (text) => void stderr.write(text),
    isErrorTerminal,
    useColor: isErrorTerminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb',
    columns: stderr.columns ?? 80,
    env,
    cwd: process.cwd(),
  };
}
