/**
 * The environment variables the SDK reads, in one place: the standard ones of OpenTelemetry
 * (opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables) and the short ones that services have
 * (LOG_LEVEL, LOG_FILE_PATH, ENVIRONMENT, MONITORING_ENABLED). A wrong value is told once and ignored.
 */
import { type LogLevel, parseLevel } from './level.ts';

/** What the environment says, checked; undefined where it says nothing. */
export interface Environment {
  /** MONITORING_ENABLED and OTEL_SDK_DISABLED: false makes the SDK do nothing. */
  readonly enabled: boolean;
  readonly service: string | undefined;
  readonly version: string | undefined;
  readonly environment: string | undefined;
  /** OTEL_RESOURCE_ATTRIBUTES without what the fields above hold. */
  readonly resourceAttributes: Readonly<Record<string, string>>;
  readonly logLevel: LogLevel | undefined;
  readonly logFilePath: string | undefined;
  /** LOG_FORMAT: `json`, `flat`, `ecs`, `otel` or `pretty`. */
  readonly logFormat: string | undefined;
  readonly traces: OtlpEnvironment;
  readonly logs: OtlpEnvironment;
  /** OTEL_SPAN_*_LIMIT, OTEL_ATTRIBUTE_*_LIMIT and OTEL_BSP_*. */
  readonly spans: SpanEnvironment;
  /** OTEL_TRACES_SAMPLER with its argument; undefined when not set. */
  readonly sampler: { readonly name: string; readonly ratio: number } | undefined;
  /** Port of the metrics server, METRICS_PORT. */
  readonly metricsPort: number | undefined;
  /** Base address of Alertmanager's API v2 (Sightline or an Alertmanager), ALERTMANAGER_URL. */
  readonly alertmanagerUrl: string | undefined;
  readonly slackWebhookUrl: string | undefined;
  /** What was wrong and is ignored. */
  readonly problems: readonly string[];
}

/** Bounds of a span and of the batches that spans are sent in. */
interface SpanEnvironment {
  readonly attributes: number | undefined;
  readonly events: number | undefined;
  readonly links: number | undefined;
  readonly valueLength: number | undefined;
  readonly delayMs: number | undefined;
  readonly maxQueue: number | undefined;
  readonly maxBatch: number | undefined;
}

/** The exporter of one signal. */
interface OtlpEnvironment {
  /** Full address, `/v1/traces` or `/v1/logs` included; undefined when nothing names a collector. */
  readonly endpoint: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly protocol: 'http/protobuf' | 'http/json' | undefined;
  readonly timeoutMs: number | undefined;
  readonly compression: 'gzip' | 'none' | undefined;
}

const SAMPLERS = new Set([
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
]);

/** Reads the environment. @param env Usually `process.env`. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Environment {
  const reader = new Reader(env);
  const attributes = reader.pairs('OTEL_RESOURCE_ATTRIBUTES');
  const {
    'service.name': service,
    'service.version': version,
    'deployment.environment.name': environment,
    'deployment.environment': formerEnvironment,
    ...resourceAttributes
  } = attributes;
  return {
    enabled: reader.flag('MONITORING_ENABLED', true) && !reader.flag('OTEL_SDK_DISABLED', false),
    service: reader.text('OTEL_SERVICE_NAME') ?? service,
    version: version ?? reader.text('npm_package_version'),
    environment: reader.text('ENVIRONMENT') ?? environment ?? formerEnvironment ?? reader.text('NODE_ENV'),
    resourceAttributes,
    logLevel: reader.parsed('LOG_LEVEL', 'DEBUG, INFO, WARNING, ERROR or CRITICAL', parseLevel),
    logFilePath: reader.text('LOG_FILE_PATH'),
    logFormat: reader.oneOf('LOG_FORMAT', ['json', 'flat', 'ecs', 'otel', 'pretty']),
    traces: otlp(reader, 'TRACES', '/v1/traces'),
    logs: otlp(reader, 'LOGS', '/v1/logs'),
    spans: spans(reader),
    sampler: sampler(reader),
    metricsPort: reader.parsed('METRICS_PORT', 'a port from 0 to 65535', parsePort),
    alertmanagerUrl: reader.parsed('ALERTMANAGER_URL', 'an http or https address', parseUrl),
    slackWebhookUrl: reader.parsed('SLACK_WEBHOOK_URL', 'an http or https address', parseUrl),
    problems: reader.problems,
  };
}

function otlp(reader: Reader, signal: 'TRACES' | 'LOGS', path: string): OtlpEnvironment {
  const own = `OTEL_EXPORTER_OTLP_${signal}_`;
  const either = <TValue>(read: (name: string) => TValue | undefined, name: string): TValue | undefined =>
    read(`${own}${name}`) ?? read(`OTEL_EXPORTER_OTLP_${name}`);
  const protocols = (name: string): string | undefined => reader.oneOf(name, ['http/protobuf', 'http/json']);
  const base = reader.parsed('OTEL_EXPORTER_OTLP_ENDPOINT', 'an http or https address', parseUrl);
  const exact = reader.parsed(`${own}ENDPOINT`, 'an http or https address', parseUrl);
  const isOff = reader.text(`OTEL_${signal}_EXPORTER`) === 'none';
  const headers = { ...reader.pairs('OTEL_EXPORTER_OTLP_HEADERS'), ...reader.pairs(`${own}HEADERS`) };
  return {
    endpoint: isOff ? undefined : (exact ?? (base === undefined ? undefined : base.replace(/\/+$/, '') + path)),
    headers,
    protocol: either(protocols, 'PROTOCOL') as OtlpEnvironment['protocol'],
    timeoutMs: either((name) => reader.parsed(name, 'milliseconds above 0', parsePositive), 'TIMEOUT'),
    compression: either(
      (name) => reader.oneOf(name, ['gzip', 'none']),
      'COMPRESSION',
    ) as OtlpEnvironment['compression'],
  };
}

function spans(reader: Reader): SpanEnvironment {
  const limit = (name: string): number | undefined => reader.parsed(name, 'a whole number from 0', parseCount);
  const positive = (name: string): number | undefined => reader.parsed(name, 'a whole number above 0', parseWhole);
  return {
    attributes: limit('OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT') ?? limit('OTEL_ATTRIBUTE_COUNT_LIMIT'),
    events: limit('OTEL_SPAN_EVENT_COUNT_LIMIT'),
    links: limit('OTEL_SPAN_LINK_COUNT_LIMIT'),
    valueLength: limit('OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT') ?? limit('OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT'),
    delayMs: positive('OTEL_BSP_SCHEDULE_DELAY'),
    maxQueue: positive('OTEL_BSP_MAX_QUEUE_SIZE'),
    maxBatch: positive('OTEL_BSP_MAX_EXPORT_BATCH_SIZE'),
  };
}

function sampler(reader: Reader): Environment['sampler'] {
  const name = reader.oneOf('OTEL_TRACES_SAMPLER', [...SAMPLERS]);
  if (name === undefined) return undefined;
  const ratio = reader.parsed('OTEL_TRACES_SAMPLER_ARG', 'a number from 0 to 1', parseRatio);
  return { name, ratio: ratio ?? 1 };
}

/** Their values let anybody in: a wrong one is named, not shown. */
const SECRETS = new Set(['SLACK_WEBHOOK_URL']);

class Reader {
  readonly problems: string[] = [];
  readonly #env: Readonly<Record<string, string | undefined>>;

  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.#env = env;
  }

  /** An empty variable counts as not set (OpenTelemetry, "Parsing empty value"). */
  text(name: string): string | undefined {
    const value = this.#env[name]?.trim();
    return value === '' ? undefined : value;
  }

  flag(name: string, otherwise: boolean): boolean {
    const value = this.text(name)?.toLowerCase();
    if (value === undefined) return otherwise;
    if (['true', '1', 'yes', 'on'].includes(value)) return true;
    if (['false', '0', 'no', 'off'].includes(value)) return false;
    this.#ignore(name, value, 'true or false');
    return otherwise;
  }

  oneOf(name: string, allowed: readonly string[]): string | undefined {
    const value = this.text(name)?.toLowerCase();
    if (value === undefined || allowed.includes(value)) return value;
    this.#ignore(name, value, allowed.join(', '));
    return undefined;
  }

  parsed<TValue>(name: string, wanted: string, parse: (text: string) => TValue | undefined): TValue | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const result = parse(value);
    if (result === undefined) this.#ignore(name, value, wanted);
    return result;
  }

  /** `key1=value1,key2=value2`, values percent-decoded (the format of OTEL_RESOURCE_ATTRIBUTES and ..._HEADERS). */
  pairs(name: string): Record<string, string> {
    const out: Record<string, string> = {};
    for (const pair of this.text(name)?.split(',') ?? []) {
      const equals = pair.indexOf('=');
      const key = pair.slice(0, equals).trim();
      try {
        if (equals <= 0 || key === '') throw new Error('no key');
        out[key] = decodeURIComponent(pair.slice(equals + 1).trim());
      } catch {
        this.#ignore(name, '(not shown)', 'key=value pairs with commas between them');
      }
    }
    return out;
  }

  #ignore(name: string, value: string, wanted: string): void {
    const shown = SECRETS.has(name) ? '(not shown)' : value.slice(0, 80);
    const problem = `${name}=${shown} is ignored: it must be ${wanted}`;
    if (!this.problems.includes(problem)) this.problems.push(problem);
  }
}

function parsePort(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;
}

function parsePositive(text: string): number | undefined {
  const value = Number(text);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

function parseWhole(text: string): number | undefined {
  const count = parseCount(text);
  return count === 0 ? undefined : count;
}

function parseCount(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function parseRatio(text: string): number | undefined {
  const value = Number(text);
  return value >= 0 && value <= 1 ? value : undefined;
}

function parseUrl(text: string): string | undefined {
  return URL.canParse(text) && /^https?:/.test(text) ? text : undefined;
}
