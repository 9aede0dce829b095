/** What every part of the SDK is given: who the service is, what the environment says, and the small shared services. */
import { Flushing } from '../lib/flushing.ts';
import { Losses } from '../lib/losses.ts';
import { Notices } from '../lib/notices.ts';
import { type Environment, readEnvironment } from '../options/environment.ts';
import { describeService, type Resource, type ServiceOptions } from '../options/resource.ts';

/** One per `observe()`. */
export interface Core {
  /** False with MONITORING_ENABLED=false: every part does nothing, at the cost of an empty call. */
  readonly enabled: boolean;
  readonly resource: Resource;
  readonly env: Environment;
  readonly losses: Losses;
  readonly notices: Notices;
  /** What is emptied at flush, shutdown and exit. */
  readonly flushing: Flushing;
}

/** @param env Variables; `process.env` unless a test gives others. */
export function createCore(
  options: ServiceOptions & { enabled?: boolean | undefined },
  env: Readonly<Record<string, string | undefined>> = process.env,
  notices: Notices = new Notices(),
): Core {
  const environment = readEnvironment(env);
  for (const problem of environment.problems) notices.tell(`env:${problem}`, problem);
  return {
    enabled: options.enabled ?? environment.enabled,
    resource: describeService(options, environment),
    env: environment,
    losses: new Losses(),
    notices,
    flushing: new Flushing(),
  };
}
