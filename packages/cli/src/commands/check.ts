/** `sightline check config|prometheus FILE...`: every mistake of a configuration file, with its place and its fix. */
import type { Command } from 'commander';
import type { Diagnostic } from '@sightline/server';
import type { CliContext } from '../context.ts';
import { EXIT, ExitRequest } from '../errors.ts';
import { addCheckRulesCommand } from './check-rules.ts';

interface CheckOptions {
  readonly json?: true;
}

const EXAMPLES = `
Exit code: 0 when every file is right (warnings are allowed), 1 otherwise.

Examples:
  sightline check config sightline.yml
  sightline check prometheus prometheus.yml
  sightline check prometheus --json prometheus.yml | jq '.[].message'`;

const KINDS = {
  config: 'check sightline.yml and the files it names',
  prometheus: 'check prometheus.yml and the files it names, as Prometheus 3 would',
} as const;

type Kind = keyof typeof KINDS;

export function addCheckCommand(program: Command, context: CliContext): void {
  const group = program.command('check').description('check configuration files without starting anything');
  for (const kind of Object.keys(KINDS) as Kind[]) {
    group
      .command(kind)
      .description(KINDS[kind])
      .argument('<file...>', 'files to check')
      .option('--json', 'print the findings as a JSON array')
      .addHelpText('after', EXAMPLES)
      .action((files: string[], options: CheckOptions) => check(kind, files, options, context));
  }
  addCheckRulesCommand(group, context);
}

async function check(kind: Kind, files: readonly string[], { json }: CheckOptions, context: CliContext): Promise<void> {
  const { checkFiles, renderDiagnostics } = await import('@sightline/server');
  const { ok, diagnostics, sources, summary } = await checkFiles(kind, files, { env: context.env });
  if (json) context.stdout(`${JSON.stringify(diagnostics, undefined, 2)}\n`);
  else {
    context.stderr(renderDiagnostics(diagnostics, sources, context.render));
    for (const line of summary) context.stdout(`${line}\n`);
    context.stderr(countLine(diagnostics));
  }
  if (!ok) throw new ExitRequest(EXIT.failure);
}

function countLine(diagnostics: readonly Diagnostic[]): string {
  if (diagnostics.length === 0) return '';
  const count = (severity: Diagnostic['severity']) => {
    const found = diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
    return `${found} ${severity}${found === 1 ? '' : 's'}`;
  };
  return `\n${count('error')}, ${count('warning')}\n`;
}
