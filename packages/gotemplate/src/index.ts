/** Go templates as Prometheus rules and Alertmanager notifications use them. */
export { TemplateError } from './errors.ts';
export type { Environment, QuerySample } from './exec/run.ts';
export { alertData, AlertTemplate, expansionErrorText } from './prometheus/expand.ts';
export type { AlertTemplateData } from './prometheus/expand.ts';
