/** docs/reference/configuration.md, from the OPTIONS table. */

import type { OptionType } from './sightline/option-types.ts';
import { CONFIG_OPTION, OPTIONS, type OptionSpec } from './sightline/options.ts';

const TYPE_WORDS: Readonly<Record<OptionType, string>> = {
  text: 'text',
  path: 'path',
  url: 'URL',
  address: 'address `host:port`',
  addresses: 'list of addresses',
  boolean: '`true` or `false`',
  duration: 'duration (`15s`, `1h30m`, `15d`)',
  size: 'size (`32MB`, powers of 1024)',
  integer: 'whole number',
  texts: 'list of texts',
  choice: 'choice',
};

const SECTIONS: readonly (readonly [prefix: string, title: string])[] = [
  ['', 'Server'],
  ['prometheus.', 'Scraping and rules'],
  ['alertmanager.', 'Notifications'],
  ['alerting.', 'Alerting'],
  ['host_metrics.', 'Host metrics'],
  ['self_scrape.', "Sightline's own metrics"],
  ['storage.', 'Storage'],
  ['query.', 'Queries'],
  ['limits.', 'Limits'],
];

/** The whole page. */
export function renderConfigReference(): string {
  const parts = [
    '# Configuration',
    '',
    '<!-- Generated from packages/server/src/config/sightline/options.ts by `npm run gen`. Do not edit. -->',
    '',
    'Every option is a key of `sightline.yml`, a flag of `sightline up` and an environment variable. A flag goes before the',
    'variable, the variable before the file, the file before the default. Relative paths start at the folder of',
    '`sightline.yml`; in flags and variables at the working directory. Lists in flags and variables are separated by commas.',
    '',
    `The file is named by \`--${CONFIG_OPTION.flag}\` or \`${CONFIG_OPTION.env}\`. Without either it is \`sightline.yml\` in the working`,
    'directory if there is one, else the built-in default, which is `packages/server/sightline.default.yml`.',
    '`sightline check config FILE` reports every mistake with its place and its fix. It is read at a start; a reload',
    '(`SIGHUP`, `POST /-/reload`) reads `prometheus.yml`, its rule files and `alertmanager.yml` again, and of `sightline.yml`',
    'what [alerting.md](alerting.md) describes: `escalations`, `rate_limits`, `business_hours` and `correlation` under `alerting`.',
    '',
  ];
  const taken = new Set<string>();
  for (const [prefix, title] of SECTIONS) {
    const options = OPTIONS.filter(({ name }) => (prefix === '' ? isGeneral(name) : name.startsWith(prefix)));
    parts.push(`## ${title}`, '');
    for (const option of options) {
      taken.add(option.name);
      parts.push(...renderOption(option));
    }
  }
  const missing = OPTIONS.filter(({ name }) => !taken.has(name));
  if (missing.length > 0) throw new Error(`no section for the options ${missing.map(({ name }) => name).join(', ')}`);
  return `${parts.join('\n').trimEnd()}\n`;
}

function isGeneral(name: string): boolean {
  return !name.includes('.') || name.startsWith('log.') || name.startsWith('security.');
}

function renderOption(option: OptionSpec): string[] {
  const type =
    option.choices === undefined ? TYPE_WORDS[option.type] : option.choices.map((choice) => `\`${choice}\``).join(', ');
  return [
    `### \`${option.name}\``,
    '',
    option.help,
    '',
    `| value | default | flag | variable |`,
    `|---|---|---|---|`,
    `| ${type} | ${option.default === '' ? 'not set' : `\`${option.default}\``} | \`--${option.flag}\` | \`${option.env}\` |`,
    '',
  ];
}
