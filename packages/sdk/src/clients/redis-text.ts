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
const SUBCOMMAND = /^[A-Za-z-]{1,20}$/;
const NAME = /^[A-Za-z][A-Za-z0-9._-]{0,63}$/;

/** What is known of a command by its name. */
export interface RedisCommand {
  /** In capitals; `OTHER` for a name that is none. */
  readonly name: string;
  readonly isKeyed: boolean;
  readonly isContainer: boolean;
}

/** Commands by the name that a library gives them, to look at each once. */
const known = new Map<string, RedisCommand>();
const MAX_KNOWN = 500;
const OTHER: RedisCommand = { name: 'OTHER', isKeyed: false, isContainer: false };

export function redisCommand(given: string): RedisCommand {
  const found = known.get(given);
  if (found !== undefined) return found;
  if (!NAME.test(given)) return OTHER;
  const name = given.toUpperCase();
  const command = { name, isKeyed: KEYED.has(name), isContainer: CONTAINERS.has(name) };
  if (known.size < MAX_KNOWN) known.set(given, command);
  return command;
}

const REST = Array.from({ length: MAX_ARGUMENTS }, (_, count) => ' ?'.repeat(count));

/** @param args Arguments as the library tells them. @param from Where those behind the command begin. */
export function redisText(command: RedisCommand, args: readonly string[], from: number): string {
  const count = args.length - from;
  if (count <= 0) return command.name;
  const text = `${command.name} ${firstArgument(command, args[from] as string)}`;
  return count > MAX_ARGUMENTS ? `${text}${REST[MAX_ARGUMENTS - 1]} …` : text + REST[count - 1];
}

function firstArgument(command: RedisCommand, argument: string): string {
  if (command.isKeyed) {
    const end = namespaceEnd(argument);
    return end === 0 ? '?' : `${argument.slice(0, end)}:?`;
  }
  return command.isContainer && SUBCOMMAND.test(argument) ? argument.toUpperCase() : '?';
}

const MAX_NAMESPACE = 32;
const COLON = 58;

/** Length of the word before the first colon of a key: letters, `-` and `_`, with something behind the colon; else 0. */
function namespaceEnd(key: string): number {
  const most = Math.min(key.length - 1, MAX_NAMESPACE + 1);
  for (let index = 0; index < most; index++) {
    const code = key.charCodeAt(index);
    if (code === COLON) return index;
    const isLetter = (code | 32) >= 97 && (code | 32) <= 122;
    if (!isLetter && (index === 0 || (code !== 95 && code !== 45))) return 0;
  }
  return 0;
}
