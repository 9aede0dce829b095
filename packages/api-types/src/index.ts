export type * from './prometheus.ts';
export type * from './system.ts';
