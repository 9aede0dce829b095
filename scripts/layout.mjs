/**
 * Checks what keeps the code pleasant to live in and no linter knows: the direction of imports, public names between
 * packages, the size of files. Cycles and the length of functions are the linter's.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fail, root } from './prepare.mjs';

/** What a package may import of the others, and why. */
const PACKAGES = {
  model: { may: [], why: 'model is the vocabulary that everything shares; it knows nobody' },
  promql: { may: ['model'], why: 'the language runs over any SampleSource: tests, server or browser' },
  protocol: { may: ['model'], why: 'wire formats turn bytes into the model and do no I/O' },
  gotemplate: { may: ['model'], why: 'templates know values and text, not rules, alerts or HTTP' },
  sdk: { may: [], why: 'a service that imports the SDK must get nothing of the server with it' },
  'api-types': { may: ['model'], why: 'the contract of the HTTP API is shared by server, web and cli' },
  server: {
    may: ['model', 'promql', 'protocol', 'gotemplate', 'api-types', 'sdk'],
    why: 'the server is above the libraries and below the command line',
  },
  cli: { may: ['model', 'promql', 'protocol', 'api-types', 'server'], why: 'the command line is the outermost layer' },
  web: { may: ['model', 'promql', 'api-types'], why: 'the browser must not pull in server code' },
};

/** Folders of the server from the inside out: a file imports only from its own folder or an earlier rank. */
const SERVER_RANKS = [
  ['lib'],
  ['config', 'telemetry'],
  ['storage'],
  ['query'],
  ['ingest', 'metrics', 'rules'],
  ['alerting'],
  ['api'],
  ['app'],
  ['.'],
];

/** Folders of the SDK from the inside out, by the same rule. */
const SDK_RANKS = [
  ['lib'],
  ['context', 'options'],
  ['core'],
  ['export'],
  ['metrics'],
  ['logging', 'tracing'],
  ['health'],
  ['shutdown', 'http'],
  ['clients', 'business'],
  ['observe'],
  ['frameworks', 'testing'],
  ['.'],
];

const RANKS = { server: SERVER_RANKS, sdk: SDK_RANKS };

/** Entries of packages beside the main one: parts that load without the rest. */
const ENTRIES = new Set(['server/rules', 'server/alertmanager']);
const SDK_ENTRIES = /^sdk\/[a-z]+$/;

const MAX_LINES = 600;

function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!['dist', 'node_modules', 'testdata', 'fixtures'].includes(entry.name)) yield* sources(path);
    } else if (/\.tsx?$/.test(entry.name)) yield path;
  }
}

function importsOf(text) {
  const found = [];
  const pattern =
    /^\s*(?:import|export)\b[^'";]*?\bfrom\s+['"]([^'"]+)['"]|^\s*import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;
  for (const match of text.matchAll(pattern)) {
    const line = text.slice(0, match.index).split('\n').length;
    found.push({ target: match[1] ?? match[2] ?? match[3], line });
  }
  return found;
}

const problems = [];
const isTest = (path) => /\.(test|bench)\.tsx?$/.test(path) || /\/(battery|testing)\//.test(path);

function rankOf(ranks, path) {
  const [first = '', ...rest] = path.split('/');
  const folder = rest.length === 0 ? '.' : first;
  return ranks.findIndex((rank) => rank.includes(folder));
}

function checkDirection(name, ranks, file, target, report) {
  const base = join(root, 'packages', name, 'src');
  const from = relative(base, file);
  const to = relative(base, resolve(dirname(file), target));
  if (to.startsWith('..')) return;
  const fromFolder = from.split('/')[0];
  const toFolder = to.split('/')[0];
  if (fromFolder === toFolder) return;
  const [fromRank, toRank] = [rankOf(ranks, from), rankOf(ranks, to)];
  if (fromRank === -1) report(`folder ${fromFolder} has no rank in scripts/layout.mjs: say what it may import`);
  else if (toRank >= fromRank)
    report(`${fromFolder}/ must not import ${toFolder}/: ${ranks.map((rank) => rank.join(', ')).join(' <- ')}`);
  if (name === 'server' && to.startsWith('storage/clickhouse') && fromFolder !== 'app')
    report('only app/ names the ClickHouse backend; others use storage/metric-store.ts');
}

for (const [name, rule] of Object.entries(PACKAGES)) {
  const folder = join(root, 'packages', name, 'src');
  for (const file of sources(folder)) {
    const text = readFileSync(file, 'utf8');
    const shown = relative(root, file);
    const lines = text.split('\n').length;
    if (lines > MAX_LINES && !isTest(file))
      problems.push(`${shown}: ${lines} lines, more than ${MAX_LINES}: split it by what it owns`);
    if (isTest(file)) continue;
    for (const { target, line } of importsOf(text)) {
      const report = (message) => problems.push(`${shown}:${line}: ${message}`);
      const match = /^@sightline\/([^/]+)(\/.*)?$/.exec(target);
      if (match !== null) {
        const [, other = '', deep] = match;
        if (other !== name && !rule.may.includes(other)) report(`${name} must not import ${other}: ${rule.why}`);
        if (deep !== undefined && !ENTRIES.has(other + deep) && !SDK_ENTRIES.test(other + deep))
          report(`import ${other} by its public name, not ${target}`);
      } else if (RANKS[name] !== undefined && target.startsWith('.'))
        checkDirection(name, RANKS[name], file, target, report);
      if (name === 'web' && /\/pages\/([^/]+)\//.test(shown)) {
        const own = /\/pages\/([^/]+)\//.exec(shown)?.[1];
        const other = /(?:^|\/)pages\/([^/]+)\//.exec(relative(root, resolve(dirname(file), target)))?.[1];
        if (target.startsWith('.') && other !== undefined && other !== own)
          report(`page ${own} must not import page ${other}: share it in components/ or lib/`);
      }
    }
  }
}

if (problems.length > 0) {
  for (const problem of problems) console.error(problem);
  fail(`${problems.length} layout problems`);
}
