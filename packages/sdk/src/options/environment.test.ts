import { describe, expect, it } from 'vitest';
import { readEnvironment } from './environment.ts';
import { describeService } from './resource.ts';

describe('the environment', () => {
  it('says nothing when it is empty, and an empty variable is none', () => {
    const nothing = readEnvironment({});
    expect(nothing).toMatchObject({ enabled: true, service: undefined, logLevel: undefined, problems: [] });
    expect(nothing.traces).toMatchObject({ endpoint: undefined, headers: {}, protocol: undefined });
    expect(readEnvironment({ LOG_LEVEL: '', OTEL_SERVICE_NAME: '  ', METRICS_PORT: '' })).toEqual(nothing);
  });

  it.each([
    [{ MONITORING_ENABLED: 'false' }, false],
    [{ MONITORING_ENABLED: '0' }, false],
    [{ MONITORING_ENABLED: 'Yes' }, true],
    [{ OTEL_SDK_DISABLED: 'true' }, false],
    [{ OTEL_SDK_DISABLED: 'true', MONITORING_ENABLED: 'true' }, false],
  ])('%j: enabled is %s', (env, enabled) => {
    expect(readEnvironment(env).enabled).toBe(enabled);
  });

  it('names the service: its own variables before resource attributes, those before the general ones', () => {
    const OTEL_RESOURCE_ATTRIBUTES =
      'service.name=by-attribute,service.version=2,deployment.environment.name=stage,team=a%20b,service.namespace=shop';
    const given = readEnvironment({ OTEL_RESOURCE_ATTRIBUTES, NODE_ENV: 'production', npm_package_version: '9' });
    expect(given).toMatchObject({ service: 'by-attribute', version: '2', environment: 'stage' });
    expect(given.resourceAttributes).toEqual({ team: 'a b', 'service.namespace': 'shop' });
    const own = readEnvironment({ OTEL_RESOURCE_ATTRIBUTES, OTEL_SERVICE_NAME: 'own', ENVIRONMENT: 'live' });
    expect(own).toMatchObject({ service: 'own', environment: 'live' });
    expect(readEnvironment({ OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=old' }).environment).toBe('old');
    expect(readEnvironment({ NODE_ENV: 'test', npm_package_version: '9' })).toMatchObject({
      environment: 'test',
      version: '9',
    });
  });

  it('takes options before the environment, and has a name for a service without one', () => {
    const env = readEnvironment({ OTEL_SERVICE_NAME: 'own', OTEL_RESOURCE_ATTRIBUTES: 'team=a,zone=1' });
    const described = describeService({ service: 'coded', attributes: { team: 'b' } }, env);
    expect(described).toMatchObject({ service: 'coded', version: undefined, environment: 'development' });
    expect(described.attributes).toMatchObject({ 'service.name': 'coded', team: 'b', zone: '1' });
    expect(describeService({}, readEnvironment({})).service).toBe('unknown_service:node');
  });

  it('finds the collector: the path is added to the general address only, one signal overrules, `none` wins', () => {
    const general = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/', OTEL_EXPORTER_OTLP_HEADERS: 'a=1,b=2' };
    expect(readEnvironment(general).traces.endpoint).toBe('http://collector:4318/v1/traces');
    const mixed = readEnvironment({
      ...general,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_TIMEOUT: '500',
      OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'https://logs/in',
      OTEL_EXPORTER_OTLP_LOGS_HEADERS: 'b=3',
      OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: 'http/protobuf',
      OTEL_EXPORTER_OTLP_LOGS_COMPRESSION: 'none',
      OTEL_TRACES_EXPORTER: 'none',
    });
    expect(mixed.logs).toEqual({
      endpoint: 'https://logs/in',
      headers: { a: '1', b: '3' },
      protocol: 'http/protobuf',
      timeoutMs: 500,
      compression: 'none',
    });
    expect(mixed.traces).toMatchObject({ endpoint: undefined, protocol: 'http/json', compression: undefined });
  });

  it('reads samplers and limits', () => {
    const env = readEnvironment({
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
      OTEL_ATTRIBUTE_COUNT_LIMIT: '7',
      OTEL_SPAN_EVENT_COUNT_LIMIT: '0',
      OTEL_BSP_MAX_QUEUE_SIZE: '100',
    });
    expect(env.sampler).toEqual({ name: 'parentbased_traceidratio', ratio: 0.25 });
    expect(env.spans).toMatchObject({ attributes: 7, events: 0, links: undefined, maxQueue: 100 });
    expect(readEnvironment({ OTEL_TRACES_SAMPLER: 'always_off' }).sampler).toEqual({ name: 'always_off', ratio: 1 });
  });

  it('ignores what is wrong and says what it must be, each once', () => {
    const env = readEnvironment({
      MONITORING_ENABLED: 'perhaps',
      LOG_LEVEL: 'loud',
      LOG_FORMAT: 'xml',
      METRICS_PORT: '70000',
      OTEL_TRACES_SAMPLER: 'sometimes',
      OTEL_BSP_MAX_QUEUE_SIZE: '0',
      OTEL_EXPORTER_OTLP_TIMEOUT: '-1',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318',
      OTEL_RESOURCE_ATTRIBUTES: 'no-value,broken=%zz',
    });
    expect(env).toMatchObject({ enabled: true, logLevel: undefined, metricsPort: undefined, sampler: undefined });
    expect(env.problems.toSorted()).toEqual([
      'LOG_FORMAT=xml is ignored: it must be json, flat, ecs, otel, pretty',
      'LOG_LEVEL=loud is ignored: it must be DEBUG, INFO, WARNING, ERROR or CRITICAL',
      'METRICS_PORT=70000 is ignored: it must be a port from 0 to 65535',
      'MONITORING_ENABLED=perhaps is ignored: it must be true or false',
      'OTEL_BSP_MAX_QUEUE_SIZE=0 is ignored: it must be a whole number above 0',
      'OTEL_EXPORTER_OTLP_ENDPOINT=collector:4318 is ignored: it must be an http or https address',
      'OTEL_EXPORTER_OTLP_TIMEOUT=-1 is ignored: it must be milliseconds above 0',
      'OTEL_RESOURCE_ATTRIBUTES=(not shown) is ignored: it must be key=value pairs with commas between them',
      'OTEL_TRACES_SAMPLER=sometimes is ignored: it must be always_on, always_off, traceidratio, parentbased_always_on, ' +
        'parentbased_always_off, parentbased_traceidratio',
    ]);
  });

  it('shows no secret of a wrong variable', () => {
    const { problems } = readEnvironment({
      SLACK_WEBHOOK_URL: 'hooks.slack.test/services/T0/B0/topsecret',
      OTEL_EXPORTER_OTLP_HEADERS: 'topsecret',
    });
    expect(problems).toHaveLength(2);
    expect(problems.join()).not.toContain('topsecret');
  });
});
