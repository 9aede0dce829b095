import { expect, test } from 'vitest';
import { renderDiagnostics } from '../../lib/diagnostic-render.ts';
import { type FileAccess, globMatcher } from '../file-access.ts';
import { loadPrometheusConfig } from './load.ts';

const texts: Readonly<Record<string, string>> = {
  '/etc/jobs/one.yml': 'scrape_configs:\n  - job_name: b\n    authorization: {credentials_file: token}\n',
  '/etc/jobs/token': 'secret',
  '/etc/jobs/two.yml':
    'scrape_configs:\n  - job_name: a\n  - job_name: c\n    basic_auth: {password: hunter2, user: x}\n',
};

const files: FileAccess = {
  exists: (file) => file in texts,
  readText(file) {
    const text = texts[file];
    if (text === undefined) throw new Error('no such file');
    return text;
  },
  glob(pattern) {
    const matches = globMatcher(pattern);
    return Object.keys(texts).filter((file) => matches(file));
  },
};

function load(text: string) {
  return loadPrometheusConfig({ file: '/etc/prometheus.yml', text, files, env: {} });
}

test('jobs of further files are added, and names in them start at their own folder', () => {
  const { config, diagnostics } = load('scrape_config_files: [jobs/one.yml]\nscrape_configs:\n  - job_name: a\n');
  expect(diagnostics).toEqual([]);
  expect(config?.scrapeConfigs.map(({ jobName }) => jobName)).toEqual(['a', 'b']);
});

test('mistakes in a further file are shown there, and its secrets are not', () => {
  const { config, diagnostics, sources } = load(
    'scrape_config_files: [jobs/*.yml]\nscrape_configs:\n  - job_name: a\n',
  );
  expect(config).toBeUndefined();
  expect(renderDiagnostics(diagnostics, sources)).toMatchInlineSnapshot(`
    "error[config/duplicate-job]: two jobs have the name \`a\`; the first is in /etc/prometheus.yml, line 3
     --> /etc/jobs/two.yml:2:15
      |
    2 |   - job_name: a
      |               ^
      = key: scrape_configs[0]
      = help: give each job its own name, or put the targets of both under one job

    error[config/unknown-key]: unknown key \`user\` in \`scrape_configs[1].basic_auth\`
     --> /etc/jobs/two.yml:4:37
      |
    4 |     basic_auth: {password: *******, user: x}
      |                                     ^^^^
      = key: scrape_configs[1].basic_auth.user
      = help: did you mean \`username\`?
    "
  `);
});

test.each([
  ['*.yml', 'a.yml', true],
  ['a*c*e', 'abcde', true],
  ['a*c', 'ac', true],
  ['a*a', 'a', false],
  ['a*c*e', 'ace_', false],
  ['a.yml', 'axyml', false],
])('the pattern %s and the name %s', (pattern, name, expected) => {
  expect(globMatcher(pattern)(name)).toBe(expected);
});
