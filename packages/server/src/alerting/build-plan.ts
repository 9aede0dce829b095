/** From a configuration that was read to one that runs: templates parsed, integrations built. */
import type { AlertManagerPlan } from './alert-manager.ts';
import type { AlertmanagerConfig } from './config/types.ts';
import { createReceivers } from './receivers/create-receivers.ts';
import type { ReceiverEnvironment } from './receivers/environment.ts';
import { createTemplates } from './templates/create-templates.ts';

export interface BuiltPlan {
  readonly plan: AlertManagerPlan;
  /** Closes the connections of the receivers, once another plan has taken over. */
  close(): Promise<void>;
}

/** Opens no connection. @throws TemplateError a template file is none */
export function buildPlan(config: AlertmanagerConfig, environment: Omit<ReceiverEnvironment, 'templates'>): BuiltPlan {
  const { route, inhibitRules, timeIntervals, resolveTimeoutMs } = config;
  const templates = createTemplates(config.templateFiles);
  const receivers = createReceivers(config.receivers, { ...environment, templates });
  const plan = { route, inhibitRules, timeIntervals, resolveTimeoutMs, receivers: receivers.byName };
  return { plan, close: () => receivers.close() };
}
