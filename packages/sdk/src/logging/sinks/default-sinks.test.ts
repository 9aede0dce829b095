import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCore } from '../../core/core.ts';
import type { LoggingOptions } from '../options.ts';
import { defaultSinks } from './default-sinks.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-log-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Name and shape of each destination. */
function sinks(options: LoggingOptions, env: Record<string, string> = {}): string[] {
  const made = defaultSinks(createCore({ service: 'x' }, env), options);
  return made.map((sink) => `${sink.name} ${sink.shape ?? 'json'}`);
}

describe('the destinations of a service', () => {
  it('are standard output alone unless something names another', () => {
    expect(sinks({ format: 'json' })).toEqual(['stdout json']);
    expect(sinks({ stdout: false })).toEqual([]);
  });

  it('have the format of the code, else of LOG_FORMAT', () => {
    expect(sinks({}, { LOG_FORMAT: 'ecs' })).toEqual(['stdout ecs']);
    expect(sinks({ format: 'flat' }, { LOG_FORMAT: 'ecs' })).toEqual(['stdout flat']);
    expect(sinks({}, { LOG_FORMAT: 'pretty' })).toEqual(['terminal json']);
  });

  it('are also a file, a collector and Loki when the environment or the code names them', () => {
    const env = {
      LOG_FORMAT: 'flat',
      LOG_FILE_PATH: join(folder, 'app.log'),
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
    };
    expect(sinks({ loki: { url: 'http://127.0.0.1:3100' } }, env)).toEqual([
      'stdout flat',
      'file flat',
      'otlp otel',
      'loki json',
    ]);
    expect(sinks({ file: false, otlp: false }, env)).toEqual(['stdout flat']);
    expect(sinks({ file: { path: join(folder, 'own.log'), shape: 'ecs' } }, { LOG_FORMAT: 'pretty' })).toEqual([
      'terminal json',
      'file ecs',
    ]);
  });
});
