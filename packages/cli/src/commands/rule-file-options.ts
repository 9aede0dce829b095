/** Options that every command over rule files has, as promtool names them. */
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';

export interface RuleFileOptions {
  readonly enableFeature?: readonly string[];
  readonly ignoreUnknownFields?: true;
}

export interface RuleFileFlags {
  readonly enableExperimental: boolean;
  readonly ignoreUnknownFields: boolean;
}

const EXPERIMENTAL = 'promql-experimental-functions';

/** Features of promtool that are on anyway or have no meaning here. */
const SILENT = new Set([
  'promql-at-modifier',
  'promql-negative-offset',
  'promql-delayed-name-removal',
  'no-default-scrape-port',
]);

export function addRuleFileOptions(command: Command): Command {
  return command
    .option(
      '--enable-feature <names>',
      `features, separated by commas: ${EXPERIMENTAL}`,
      (value: string, previous: readonly string[] | undefined) => [...(previous ?? []), ...value.split(',')],
    )
    .option('--ignore-unknown-fields', 'take unknown keys in rule files, for rules of other programs');
}

export function ruleFileFlags(options: RuleFileOptions, context: CliContext): RuleFileFlags {
  for (const feature of options.enableFeature ?? []) {
    if (feature === EXPERIMENTAL || SILENT.has(feature) || feature === '') continue;
    context.stderr(`warning: unknown feature "${feature}" in --enable-feature\n`);
  }
  return {
    enableExperimental: options.enableFeature?.includes(EXPERIMENTAL) ?? false,
    ignoreUnknownFields: options.ignoreUnknownFields === true,
  };
}
