export type * from './alert-rules.ts';
export type * from './alerts.ts';
export type * from './explain.ts';
export type * from './notify.ts';
export type * from './prometheus.ts';
export type * from './queries.ts';
export type * from './runbooks.ts';
export type * from './system.ts';
