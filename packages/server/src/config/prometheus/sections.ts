/** The smaller sections: runtime, storage, tracing, otlp. */
import type { Cursor } from '../../lib/yaml-cursor.ts';
import { ObjectReader } from '../../lib/yaml-object.ts';
import { type NameScheme, requireKey, warnNotRun } from './decode-kit.ts';
import { readPlainHeaders } from './http-client.ts';
import { readTls } from './tls.ts';

export interface StorageSection {
  readonly outOfOrderTimeWindowMs: number;
  readonly maxExemplars: number;
}

const DEFAULT_MAX_EXEMPLARS = 100_000;
const UTF8_STRATEGIES = ['NoUTF8EscapingWithSuffixes', 'NoTranslation'];
const STRATEGIES = ['UnderscoreEscapingWithSuffixes', 'UnderscoreEscapingWithoutSuffixes', ...UTF8_STRATEGIES];

function open(cursor: Cursor | undefined): ObjectReader | undefined {
  return cursor === undefined || cursor.isNull ? undefined : ObjectReader.open(cursor);
}

export function readRuntime(cursor: Cursor | undefined): void {
  const reader = open(cursor);
  reader?.integer('gogc');
  reader?.finish();
  if (reader?.isGiven('gogc')) {
    reader.at('gogc')?.warn({
      code: 'prometheus/not-run',
      message: '`gogc` tunes the Go runtime and has no meaning here',
      hint: 'it can be removed',
    });
  }
}

export function readStorage(cursor: Cursor | undefined): StorageSection {
  const reader = open(cursor);
  const tsdb = reader?.object('tsdb');
  const exemplars = reader?.object('exemplars');
  const section = {
    outOfOrderTimeWindowMs: tsdb?.duration('out_of_order_time_window') ?? 0,
    maxExemplars: exemplars === undefined ? DEFAULT_MAX_EXEMPLARS : exemplars.integer('max_exemplars'),
  };
  const retention = tsdb?.object('retention');
  retention?.duration('time');
  retention?.size('size');
  retention?.float('percentage');
  retention?.finish();
  if (retention !== undefined) {
    warnNotRun(
      retention.cursor,
      '`retention` is',
      'retention is set in sightline.yml: `storage: {retention: {metrics: 15d}}`',
    );
  }
  tsdb?.float('stale_series_compaction_threshold');
  const encoding = tsdb?.object('chunk_encoding');
  encoding?.string('floats');
  encoding?.finish();
  tsdb?.finish();
  exemplars?.finish();
  reader?.finish();
  return section;
}

export function readTracing(cursor: Cursor | undefined): void {
  const reader = open(cursor);
  if (reader === undefined) return;
  const type = reader.given('client_type');
  const text = type?.string();
  if (type !== undefined && text !== undefined && text !== 'http' && text !== 'grpc') {
    type.error({
      code: 'config/choice',
      message: `there is no tracing client \`${text}\``,
      hint: 'write `http` or `grpc`',
    });
  }
  requireKey(reader, 'endpoint');
  reader.string('endpoint');
  reader.float('sampling_fraction');
  reader.boolean('insecure');
  readTls(reader.given('tls_config'));
  readPlainHeaders(reader);
  const compression = reader.string('compression');
  if (compression !== '' && compression !== 'gzip') {
    reader.at('compression')?.error({
      code: 'config/choice',
      message: `there is no compression \`${compression}\``,
      hint: 'write `gzip`, or remove the key',
    });
  }
  reader.duration('timeout');
  reader.finish();
  warnNotRun(reader.cursor, '`tracing` is', 'no traces of Sightline itself are sent');
}

export function readOtlp(cursor: Cursor | undefined, scheme: NameScheme): void {
  const reader = open(cursor);
  if (reader === undefined) return;
  const isAll = reader.boolean('promote_all_resource_attributes');
  checkAttributes(
    reader,
    'promote_resource_attributes',
    !isAll,
    'cannot be given together with `promote_all_resource_attributes`',
  );
  checkAttributes(reader, 'ignore_resource_attributes', isAll, 'needs `promote_all_resource_attributes: true`');
  const strategy = reader.string('translation_strategy', 'UnderscoreEscapingWithSuffixes');
  if (strategy !== '' && !STRATEGIES.includes(strategy)) {
    reader.at('translation_strategy')?.error({
      code: 'config/choice',
      message: `there is no translation strategy \`${strategy}\``,
      hint: `use one of: ${STRATEGIES.join(', ')}`,
    });
  } else if (scheme === 'legacy' && UTF8_STRATEGIES.includes(strategy)) {
    reader.at('translation_strategy')?.error({
      code: 'config/name-scheme',
      message: `\`${strategy}\` needs UTF-8 names`,
      hint: 'remove `metric_name_validation_scheme: legacy`, or use UnderscoreEscapingWithSuffixes',
    });
  }
  for (const key of [
    'keep_identifying_resource_attributes',
    'convert_histograms_to_nhcb',
    'promote_scope_metadata',
    'label_name_underscore_sanitization',
    'label_name_preserve_multiple_underscores',
  ]) {
    reader.boolean(key);
  }
  reader.finish();
  warnNotRun(reader.cursor, '`otlp` is', 'metrics cannot be received over OTLP');
}

function checkAttributes(reader: ObjectReader, key: string, isAllowed: boolean, otherwise: string): void {
  const items = reader.list(key, 'a list of attribute names');
  if (items.length > 0 && !isAllowed) {
    reader.at(key)?.error({ code: 'config/exclusive-keys', message: `\`${key}\` ${otherwise}` });
    return;
  }
  const seen = new Set<string>();
  for (const item of items) {
    const name = item.string()?.trim();
    if (name === undefined) continue;
    if (name === '')
      item.error({ code: 'config/empty-value', message: 'the attribute name is empty', hint: 'remove it' });
    else if (seen.has(name))
      item.error({
        code: 'config/duplicate',
        message: `the attribute \`${name}\` is listed twice`,
        hint: 'remove one',
      });
    seen.add(name);
  }
}
