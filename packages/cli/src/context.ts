/** What a command has of the outside world; tests give their own. */
export interface CliContext {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly isErrorTerminal: boolean;
  readonly useColor: boolean;
  /** How findings about files are printed. */
  readonly render: { readonly color: boolean; readonly width: number };
  readonly columns: number;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

export function processContext(): CliContext {
  const { stdout, stderr, env } = process;
  const isErrorTerminal = stderr.isTTY === true;
  const useColor = isErrorTerminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  const columns = stderr.columns ?? 80;
  return {
    stdout: (text) => void stdout.write(text),
    stderr: (text) => void stderr.write(text),
    isErrorTerminal,
    useColor,
    columns,
    render: { color: useColor, width: Math.max(columns, 60) },
    env,
    cwd: process.cwd(),
  };
}
