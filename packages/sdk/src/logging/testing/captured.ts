/** A logging that keeps its lines, for tests. */
import { type Core, createCore } from '../../core/core.ts';
import { Notices } from '../../lib/notices.ts';
import { Registry } from '../../metrics/registry.ts';
import type { Logger } from '../logger.ts';
import { createLogging, type Logging } from '../logging.ts';
import type { LoggingOptions } from '../options.ts';
import type { ShapeName } from '../shapes/shape.ts';

export type Line = Record<string, unknown>;

export interface Captured {
  readonly core: Core;
  readonly registry: Registry;
  readonly logging: Logging;
  readonly log: Logger;
  /** Lines as they came, with their line feed. */
  readonly texts: string[];
  /** What the SDK told about itself. */
  readonly notices: string[];
  /** Lines parsed. */
  lines(): Line[];
  last(): Line;
}

export function captured(
  options: LoggingOptions = {},
  shape: ShapeName = 'json',
  env: Record<string, string> = {},
): Captured {
  const texts: string[] = [];
  const notices: string[] = [];
  const core = createCore(
    { service: 'shop', version: '1.2.3', environment: 'test' },
    env,
    new Notices((line) => notices.push(line)),
  );
  const registry = new Registry();
  const memory = { name: 'memory', shape, write: (line: string) => void texts.push(line) };
  const logging = createLogging(core, registry, {
    handleSignals: false,
    logCrashes: false,
    ...options,
    sinks: [memory, ...(options.sinks ?? [])],
  });
  const lines = (): Line[] => texts.map((text) => JSON.parse(text) as Line);
  return {
    core,
    registry,
    logging,
    log: logging.root,
    texts,
    notices,
    lines,
    last: () => JSON.parse(texts.at(-1) ?? 'null') as Line,
  };
}
