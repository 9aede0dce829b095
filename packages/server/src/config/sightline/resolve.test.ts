import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { renderDiagnostics } from '../../lib/diagnostic-render.ts';
import type { FileAccess } from '../file-access.ts';
import { loadSightlineConfig } from './load.ts';
import { OPTIONS } from './options.ts';
import { DEFAULT_CONFIG_FILE, type ResolveOptions, resolveOptions } from './resolve.ts';

function memoryFiles(texts: Readonly<Record<string, string>>): FileAccess {
  return {
    exists: (file) => texts[file] !== undefined,
    readText(file) {
      const text = texts[file];
      if (text === undefined) throw new Error('ENOENT');
      return text;
    },
    glob: () => [],
  };
}

function resolve(options: ResolveOptions & { readonly file?: string } = {}) {
  const texts = options.file === undefined ? {} : { '/home/me/sightline.yml': options.file };
  return resolveOptions({ env: {}, cwd: '/home/me', files: memoryFiles(texts), ...options });
}

function print(result: ReturnType<typeof resolve>): string {
  return renderDiagnostics(result.diagnostics, result.sources);
}

describe('defaults', () => {
  test('a start without anything listens on loopback and keeps data in ./data', () => {
    const { config, configFile, diagnostics } = resolve();
    expect(diagnostics).toEqual([]);
    expect(configFile).toBe('');
    expect(config?.listen).toEqual({ host: '127.0.0.1', port: 7070 });
    expect(config?.dataDir).toBe('/home/me/data');
    expect(config?.storage.retention.metricsMs).toBe(15 * 86_400_000);
    expect(config?.prometheus.configFile).toBe('');
  });

  test('the shipped default file says what the table says, for every option', () => {
    const text = readFileSync(DEFAULT_CONFIG_FILE, 'utf8');
    const loaded = loadSightlineConfig({ file: 'sightline.default.yml', text, folder: '/home/me' });
    expect(loaded.diagnostics).toEqual([]);
    expect([...loaded.values.keys()].sort()).toEqual(OPTIONS.map(({ name }) => name).sort());
    expect(resolve({ file: text }).config).toEqual(resolve().config);
  });

  test('names, flags and variables are unique', () => {
    for (const field of ['name', 'flag', 'env'] as const) {
      expect(new Set(OPTIONS.map((option) => option[field])).size).toBe(OPTIONS.length);
    }
  });

  test('the result cannot be changed', () => {
    const { config } = resolve();
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config?.storage.retention)).toBe(true);
  });
});

describe('precedence', () => {
  const file = 'listen: 127.0.0.1:1\nstorage:\n  retention:\n    metrics: 1d\n';

  test('flag over variable over file over default, and each says so', () => {
    const env = { SIGHTLINE_LISTEN: '127.0.0.1:2', SIGHTLINE_RETENTION_METRICS: '2d' };
    const { config, origins } = resolve({ file, env, flags: { listen: '127.0.0.1:3' } });
    expect(config?.listen.port).toBe(3);
    expect(config?.storage.retention.metricsMs).toBe(2 * 86_400_000);
    expect(origins).toMatchObject({ listen: 'flag', 'storage.retention.metrics': 'env', 'query.timeout': 'default' });
    expect(resolve({ file }).origins['listen']).toBe('file');
  });

  test('every option is told as text, as a person would write it', () => {
    const { flags } = resolve({ file, flags: { 'query-timeout': '90s', listeners: '1,2' } });
    expect(flags).toMatchObject({
      'retention-metrics': '1d',
      'query-timeout': '1m30s',
      listeners: '127.0.0.1:1,127.0.0.1:2',
      'limits-labels-per-series': '128',
      'storage-clickhouse-url': '',
    });
  });

  test('an empty variable is not set', () => {
    expect(resolve({ file, env: { SIGHTLINE_LISTEN: '' } }).origins['listen']).toBe('file');
  });

  test('sightline.yml in the working directory is found; --config and SIGHTLINE_CONFIG name another', () => {
    const files = memoryFiles({
      '/home/me/sightline.yml': 'listen: 1',
      '/etc/s.yml': 'listen: 2',
      '/home/me/x.yml': 'listen: 3',
    });
    const port = (options: ResolveOptions) =>
      resolveOptions({ env: {}, cwd: '/home/me', files, ...options }).config?.listen.port;
    expect(port({})).toBe(1);
    expect(port({ env: { SIGHTLINE_CONFIG: '/etc/s.yml' } })).toBe(2);
    expect(port({ env: { SIGHTLINE_CONFIG: '/etc/s.yml' }, flags: { config: 'x.yml' } })).toBe(3);
  });

  test('paths in the file start at its folder, others at the working directory', () => {
    const files = memoryFiles({ '/etc/sightline/s.yml': 'data_dir: data\nprometheus:\n  config_file: p.yml\n' });
    const flags = { config: '/etc/sightline/s.yml', prometheus: 'mine.yml' };
    const { config } = resolveOptions({ env: {}, cwd: '/home/me', files, flags });
    expect(config?.dataDir).toBe('/etc/sightline/data');
    expect(config?.prometheus.configFile).toBe('/home/me/mine.yml');
  });
});

describe('mistakes', () => {
  test('all of them are reported at once, each where it was made', () => {
    const result = resolve({
      file: 'listn: 1\nquery:\n  timeout: 30\nhost_metrics:\n  enabled: maybe\n',
      env: { SIGHTLINE_LOG_LEVEL: 'loud' },
      flags: { 'retention-metrics': 'long' },
    });
    expect(result.config).toBeUndefined();
    expect(print(result)).toMatchInlineSnapshot(`
      "error[config/unknown-key]: unknown key \`listn\`
       --> sightline.yml:1:1
        |
      1 | listn: 1
        | ^^^^^
        = key: listn
        = help: did you mean \`listen\`?

      error[config/invalid-value]: \`30\` is not a duration
       --> sightline.yml:3:12
        |
      3 |   timeout: 30
        |            ^^
        = key: query.timeout
        = help: add a unit: \`30s\` for seconds

      error[config/wrong-type]: \`enabled\` needs \`true\` or \`false\`, found the text \`maybe\`
       --> sightline.yml:5:12
        |
      5 |   enabled: maybe
        |            ^^^^^
        = key: host_metrics.enabled

      error[config/invalid-value]: \`loud\` is not one of debug, info, warn, error
       --> SIGHTLINE_LOG_LEVEL
        = help: use one of: debug, info, warn, error

      error[config/invalid-value]: \`long\` is not a duration
       --> --retention-metrics
        = help: write it as \`15s\`, \`5m\`, \`1h30m\` or \`15d\`
      "
    `);
  });

  test('scrape_configs in sightline.yml points at prometheus.yml', () => {
    const result = resolve({ file: 'scrape_configs: []\n' });
    expect(result.diagnostics[0]?.hint).toContain('prometheus: {config_file: prometheus.yml}');
  });

  test('a named file that does not exist', () => {
    const result = resolve({ flags: { config: 'nowhere.yml' } });
    expect(result.diagnostics).toMatchObject([{ severity: 'error', code: 'config/missing-file', file: '--config' }]);
  });

  test('an unknown variable of Sightline is warned about', () => {
    const { diagnostics, config } = resolve({ env: { SIGHTLINE_LISTENN: '1' } });
    expect(diagnostics).toMatchObject([{ severity: 'warning', code: 'config/unknown-variable' }]);
    expect(config).toBeDefined();
  });

  test('clickhouse without an address', () => {
    expect(resolve({ flags: { 'storage-backend': 'clickhouse' } }).diagnostics[0]?.message).toContain(
      'storage.clickhouse.url',
    );
  });

  test('an interval of 0', () => {
    expect(resolve({ flags: { 'query-timeout': '0' } }).diagnostics[0]?.message).toContain('cannot be 0');
  });
});

describe('listening beyond this host', () => {
  test.each(['0.0.0.0:7070', ':7070', '[::]:7070', '192.168.1.5:7070', 'example.com:80'])(
    '%s is refused without log-in',
    (listen) => {
      expect(resolve({ flags: { listen } }).diagnostics).toMatchObject([
        { code: 'config/insecure-listen', file: '--listen' },
      ]);
    },
  );

  test.each(['127.0.0.1:1', '127.8.8.8:1', '[::1]:1', 'localhost:1', '8080'])('%s is this host', (listen) => {
    expect(resolve({ flags: { listen } }).diagnostics).toEqual([]);
  });

  test('the owner can accept the risk', () => {
    const { config } = resolve({ flags: { listen: '0.0.0.0:7070', 'insecure-no-auth': true } });
    expect(config?.listen).toEqual({ host: '0.0.0.0', port: 7070 });
  });

  test('further listeners count too, and the file says where', () => {
    const result = resolve({ file: 'listeners:\n  - 127.0.0.1:9090\n  - 0.0.0.0:9091\n' });
    expect(result.diagnostics).toMatchObject([
      { code: 'config/insecure-listen', file: 'sightline.yml', keyPath: 'listeners' },
    ]);
  });
});

test('the default file is beside the package', () => {
  expect(path.basename(DEFAULT_CONFIG_FILE)).toBe('sightline.default.yml');
});
