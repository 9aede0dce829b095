/** Go templates as Prometheus rules and Alertmanager notifications use them. */

export type { NotificationAlert, NotificationData } from './alertmanager/data.ts';
export type { TemplateFile } from './alertmanager/templates.ts';
export { NotificationTemplates } from './alertmanager/templates.ts';
export { TemplateError } from './errors.ts';
export type { Environment, QuerySample } from './exec/run.ts';
export type { AlertTemplateData } from './prometheus/expand.ts';
export { AlertTemplate, alertData, expansionErrorText } from './prometheus/expand.ts';
