export type * from './explain.ts';
export type * from './prometheus.ts';
export type * from './queries.ts';
export type * from './system.ts';
