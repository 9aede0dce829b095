/** Who this service is: attributes of every span and log record (OpenTelemetry semantic conventions, "Resource"). */
import { hostname } from 'node:os';
import type { Environment } from './environment.ts';

/** The identity of the running service. */
export interface Resource {
  readonly service: string;
  readonly version: string | undefined;
  readonly environment: string;
  readonly instanceId: string;
  /** All of it by OpenTelemetry attribute name. */
  readonly attributes: Readonly<Record<string, string | number>>;
}

/** What `observe()` is told about the service. */
export interface ServiceOptions {
  /** Name of the service; OTEL_SERVICE_NAME, else `unknown_service:node`. */
  service?: string | undefined;
  /** Version of the service; `service.version` of OTEL_RESOURCE_ATTRIBUTES, else the package version npm gives. */
  version?: string | undefined;
  /** Where it runs, e.g. `production`; ENVIRONMENT, else NODE_ENV, else `development`. */
  environment?: string | undefined;
  /** Further resource attributes, e.g. `{ 'service.namespace': 'shop' }`. */
  attributes?: Readonly<Record<string, string | number>> | undefined;
}

export function describeService(options: ServiceOptions, env: Environment): Resource {
  const service = options.service ?? env.service ?? 'unknown_service:node';
  const version = options.version ?? env.version;
  const environment = options.environment ?? env.environment ?? 'development';
  const instanceId = `${hostname()}:${process.pid}`;
  return {
    service,
    version,
    environment,
    instanceId,
    attributes: {
      ...env.resourceAttributes,
      ...options.attributes,
      'service.name': service,
      ...(version === undefined ? {} : { 'service.version': version }),
      'service.instance.id': instanceId,
      'deployment.environment.name': environment,
      'host.name': hostname(),
      'process.pid': process.pid,
      'process.runtime.name': 'nodejs',
      'process.runtime.version': process.versions.node,
      'telemetry.sdk.name': 'sightline',
      'telemetry.sdk.language': 'nodejs',
    },
  };
}
