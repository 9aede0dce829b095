/** The checks in the box, as `checks` of the public API. A check of one's own is any function, see `Check`. */
import { mongo, redis, sql } from './databases.ts';
import { dns, http, tcp } from './network.ts';
import { cpu, disk, eventLoop, memory } from './system.ts';

/** @example health.register('mail', checks.tcp({ host: 'smtp.internal', port: 25 }), { critical: false }); */
export const checks = {
  cpu,
  disk,
  // Getters: what few services need is loaded when one asks for it.
  get dns() {
    return dns;
  },
  eventLoop,
  get http() {
    return http;
  },
  memory,
  get mongo() {
    return mongo;
  },
  get redis() {
    return redis;
  },
  get sql() {
    return sql;
  },
  get tcp() {
    return tcp;
  },
} as const;
