/**
 * What telemetry may show of a Redis command: its name, the namespace of its first key (`user:?` for `user:4711`) and how many
 * arguments follow. Values never; neither the libraries' own shortening, which passes whole EVAL, CONFIG and ACL commands on.
 */

const MAX_ARGUMENTS = 16;

/** Commands whose first argument is a key. */
const KEYED = new Set(
  (
    'APPEND BITCOUNT BITFIELD BITPOS BLPOP BRPOP DECR DECRBY DEL DUMP EXISTS EXPIRE EXPIREAT EXPIRETIME GEOADD GEODIST GEOPOS ' +
    'GEOSEARCH GET GETBIT GETDEL GETEX GETRANGE GETSET HDEL HEXISTS HGET HGETALL HINCRBY HINCRBYFLOAT HKEYS HLEN HMGET HMSET ' +
    'HRANDFIELD HSCAN HSET HSETNX HSTRLEN HVALS INCR INCRBY INCRBYFLOAT LINDEX LINSERT LLEN LMOVE LPOP LPOS LPUSH LPUSHX ' +
    'LRANGE LREM LSET LTRIM MGET MSET MSETNX PERSIST PEXPIRE PEXPIREAT PFADD PFCOUNT PSETEX PTTL RENAME RENAMENX RESTORE RPOP ' +
    'RPOPLPUSH RPUSH RPUSHX SADD SCARD SDIFF SET SETBIT SETEX SETNX SETRANGE SINTER SISMEMBER SMEMBERS SMISMEMBER SMOVE SORT ' +
    'SPOP SRANDMEMBER SREM SSCAN STRLEN SUNION TOUCH TTL TYPE UNLINK WATCH XACK XADD XDEL XLEN XPENDING XRANGE XREVRANGE XTRIM ' +
    'ZADD ZCARD ZCOUNT ZINCRBY ZLEXCOUNT ZMSCORE ZPOPMAX ZPOPMIN ZRANGE ZRANGEBYSCORE ZRANK ZREM ZREMRANGEBYRANK ' +
    'ZREMRANGEBYSCORE ZREVRANGE ZREVRANK ZSCAN ZSCORE'
  ).split(' '),
);
/** Commands whose first argument is the name of a command of theirs. */
const CONTAINERS = new Set(
  'ACL CLIENT CLUSTER COMMAND CONFIG FUNCTION MEMORY MODULE OBJECT PUBSUB SCRIPT SLOWLOG XGROUP XINFO'.split(' '),
);
const NAMESPACE = /^([A-Za-z][A-Za-z_-]{0,31}):./;
const SUBCOMMAND = /^[A-Za-z-]{1,20}$/;

/** @param command In capitals. @param args Arguments behind the command, as the library tells them. */
export function redisText(command: string, args: readonly string[], from: number): string {
  const count = args.length - from;
  if (count <= 0) return command;
  let text = `${command} ${firstArgument(command, args[from] as string)}`;
  for (let index = 1; index < Math.min(count, MAX_ARGUMENTS); index++) text += ' ?';
  return count > MAX_ARGUMENTS ? `${text} …` : text;
}

function firstArgument(command: string, argument: string): string {
  if (CONTAINERS.has(command)) return SUBCOMMAND.test(argument) ? argument.toUpperCase() : '?';
  if (!KEYED.has(command)) return '?';
  const namespace = NAMESPACE.exec(argument)?.[1];
  return namespace === undefined ? '?' : `${namespace}:?`;
}
