/** The command line as a library, for tests and for programs that embed it. */
export type { CliContext } from './context.ts';
export { EXIT } from './errors.ts';
export { main } from './main.ts';
export { runCli } from './program.ts';
