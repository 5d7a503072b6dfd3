/** The contract of Redis: limits of numbers, bytes that are not UTF-8, and the order of checks. */
import type { Redis } from 'ioredis';
import { expect } from 'vitest';
import { type Entry, ready, type RedisTarget } from './redis-contract.ts';

/**
 * Sends commands of words, where `h`, `k`, `l`, `n`, `q`, `s`, `x` and `z` are keys. Returns their
 * replies, errors as text.
 */
async function replies(target: RedisTarget, commands: readonly string[]): Promise<unknown[]> {
  const redis = await ready(target.client());
  const found: unknown[] = [];
  for (const command of commands) {
    const [name = '', ...parameters] = command.split(' ');
    const named = parameters.map((text) => (/^[hklnqsxz]$/.test(text) ? target.name(text) : text));
    found.push(await redis.call(name, ...named).catch((error: Error) => error.message));
  }
  return found;
}

const entry = (title: string, ...rows: readonly (readonly [command: string, reply: unknown])[]): Entry => [
  title,
  (target) =>
    replies(
      target,
      rows.map(([command]) => command),
    ),
  rows.map(([, reply]) => reply),
];

const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value';
const NO_INTEGER = 'ERR value is not an integer or out of range';
const NO_FLOAT = 'ERR value is not a valid float';
const SYNTAX = 'ERR syntax error';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

async function latin1(redis: Redis, name: string, ...parameters: readonly (string | Buffer)[]): Promise<unknown> {
  const reply: unknown = await redis.callBuffer(name, ...(parameters as Buffer[]));
  const shown = (value: unknown): unknown =>
    Array.isArray(value) ? value.map(shown) : Buffer.isBuffer(value) ? value.toString('latin1') : value;
  return shown(reply);
}

export const ARGUMENTS_CONTRACT: readonly Entry[] = [
  entry(
    'integers have 64 bits',
    ['SET k 9223372036854775806', 'OK'],
    // ioredis rounds at each digit that it parses.
    ['INCR k', Number(9223372036854777856n)],
    ['GET k', '9223372036854775807'],
    ['INCR k', 'ERR increment or decrement would overflow'],
    ['DECRBY k -9223372036854775808', 'ERR decrement would overflow'],
    ['DECRBY k 9223372036854775807', 0],
    ['INCRBY k 9223372036854775808', NO_INTEGER],
    ['INCRBY k 01', NO_INTEGER],
    ['HSET h f 9007199254740992', 1],
    ['HINCRBY h f 1', Number(9007199254740993n)],
    ['HGET h f', '9007199254740993'],
    ['HINCRBY h f 9223372036854775807', 'ERR increment or decrement would overflow'],
    ['XADD x 18446744073709551615-18446744073709551614 a b', '18446744073709551615-18446744073709551614'],
    ['XADD x * a b', '18446744073709551615-18446744073709551615'],
    ['XADD x * a b', 'ERR The stream has exhausted the last possible ID, unable to add more items'],
    ['XADD x 18446744073709551616 a b', 'ERR Invalid stream ID specified as stream command argument'],
    ['XRANGE x (18446744073709551615-18446744073709551615 +', 'ERR invalid start ID for the interval'],
    [
      'XRANGE x (18446744073709551615-18446744073709551614 + COUNT 1',
      [['18446744073709551615-18446744073709551615', ['a', 'b']]],
    ],
  ),
  entry(
    'expiry has 64 bits, and other limits',
    ['SET k v EX 9223372036854775807', "ERR invalid expire time in 'set' command"],
    ['SET k v PX 0', "ERR invalid expire time in 'set' command"],
    ['SET k v EX 100 PX 100', SYNTAX],
    ['SET k v EX 100 EX 200 NX', 'OK'],
    ['SET k v KEEPTTL EX 100', SYNTAX],
    ['SET k v NX XX', SYNTAX],
    ['EXPIRE k 9223372036854775', "ERR invalid expire time in 'expire' command"],
    ['EXPIRE k 100 foo', 'ERR Unsupported option foo'],
    ['EXPIRE k abc NX XX', 'ERR NX and XX, GT or LT options at the same time are not compatible'],
    ['PEXPIREAT k 9223372036854775807', 1],
    ['EXPIRETIME k', 9223372036854776],
    ['GETEX k PERSIST EX 1', SYNTAX],
    ['GETEX k EX -1', "ERR invalid expire time in 'getex' command"],
    ['GETEX n EX -1', null],
    ['GETEX k PXAT 1', 'v'],
    ['EXISTS k', 0],
  ),
  entry(
    'floating point numbers are added and shown as C does it',
    ['INCRBYFLOAT k 0.1', '0.1'],
    ['INCRBYFLOAT k 0.2', '0.3'],
    ['INCRBYFLOAT k 1e18', '1000000000000000000.3125'],
    ['INCRBYFLOAT k inf', 'ERR increment would produce NaN or Infinity'],
    ['INCRBYFLOAT k nan', NO_FLOAT],
    ['SET k 3.0e3', 'OK'],
    ['INCRBYFLOAT k 200', '3200'],
    ['HINCRBYFLOAT h f 3.14159265358979', '3.14159265358979'],
    ['HINCRBYFLOAT h f inf', 'ERR value is NaN or Infinity'],
    ['ZADD z 0.1 a 1e17 b 123456789012345678 c 0x10 d -inf e', 5],
    ['ZSCORE z a', '0.10000000000000001'],
    ['ZSCORE z b', '1e+17'],
    ['ZSCORE z c', '1.2345678901234568e+17'],
    ['ZSCORE z d', '16'],
    ['ZINCRBY z inf e', 'ERR resulting score is not a number (NaN)'],
    ['ZADD z 1e400 a', NO_FLOAT],
    ['ZCOUNT z (0.1 1e400', 3],
  ),
  entry(
    'counts and sizes have limits',
    ['SADD s a b', 2],
    [
      'SRANDMEMBER s -9223372036854775808',
      'ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807',
    ],
    ['HRANDFIELD h -9223372036854775807 WITHVALUES', 'ERR value is out of range'],
    ['SPOP s -1', 'ERR value is out of range, must be positive'],
    ['SETRANGE k 536870912 x', 'ERR string exceeds maximum allowed size (proto-max-bulk-len)'],
    ['SETRANGE k 9223372036854775807 x', 'ERR string exceeds maximum allowed size (proto-max-bulk-len)'],
    ['SETRANGE k -1 x', 'ERR offset is out of range'],
    ['SETBIT k 4294967296 1', 'ERR bit offset is not an integer or out of range'],
    ['LMPOP 0 l LEFT', 'ERR numkeys should be greater than 0'],
    ['LMPOP 1 l LEFT COUNT 0', 'ERR count should be greater than 0'],
    ['SINTERCARD 1 s LIMIT -1', "ERR LIMIT can't be negative"],
    ['ZUNION 0 z', "ERR at least 1 input key is needed for 'zunion' command"],
    ['RPUSH l a b a', 3],
    [
      'LPOS l a RANK 0',
      "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list",
    ],
    ['LPOS l a MAXLEN -1', "ERR MAXLEN can't be negative"],
    ['LRANGE l -9223372036854775808 9223372036854775807', ['a', 'b', 'a']],
    ['BLPOP l 1e400', 'ERR timeout is negative'],
    ['BLPOP l nan', 'ERR timeout is not a float or out of range'],
  ),
  entry(
    'options and conflicts are checked in the order of a real server',
    ['SET k v', 'OK'],
    ['LRANGE k 0 x', NO_INTEGER],
    ['LINDEX k x', WRONG_TYPE],
    ['LINDEX n x', null],
    ['BLMOVE k k LEFT foo -1', SYNTAX],
    ['BLMPOP -1 0 k LEFT', 'ERR numkeys should be greater than 0'],
    ['ZADD k NX XX 1 a', 'ERR XX and NX options at the same time are not compatible'],
    ['ZADD k NX GT 1 a', 'ERR GT, LT, and/or NX options at the same time are not compatible'],
    ['ZADD k INCR 1 a 2 b', 'ERR INCR option supports a single increment-element pair'],
    ['ZADD k x a', NO_FLOAT],
    [
      'ZRANGE k 0 -1 LIMIT 0 1',
      'ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX',
    ],
    ['ZRANGE k - + BYLEX WITHSCORES', 'ERR syntax error, WITHSCORES not supported in combination with BYLEX'],
    ['ZRANGE k 1 x BYSCORE', 'ERR min or max is not a float'],
    ['ZRANGESTORE z k 0 -1 WITHSCORES', SYNTAX],
    ['ZUNION 1 k WEIGHTS x', WRONG_TYPE],
    ['ZDIFF 1 n WEIGHTS 1', SYNTAX],
    ['XADD k MAXLEN 1 LIMIT 1 * a b', 'ERR syntax error, LIMIT cannot be used without the special ~ option'],
    ['XTRIM k MAXLEN 1 MINID 1', 'ERR syntax error, MAXLEN and MINID options at the same time are not compatible'],
    ['XREAD NOACK STREAMS k 0', 'ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.'],
    ['XPENDING k g - +', SYNTAX],
    ['XAUTOCLAIM k g c 0 0 COUNT 0', 'ERR COUNT must be > 0'],
    ['XDEL n x', 0],
    ['HSCAN n 0 foo', ['0', []]],
  ),
  entry(
    'consumer groups count what they have read',
    ['XADD x 1-1 a b', '1-1'],
    ['XADD x 2-1 a b', '2-1'],
    ['XADD x 3-1 a b', '3-1'],
    ['XGROUP CREATE x g 0', 'OK'],
    ['XREADGROUP GROUP g c COUNT 1 STREAMS q >', expect.stringContaining('NOGROUP')],
    ['XCLAIM x g c 0 2-1 FORCE RETRYCOUNT 7 JUSTID', ['2-1']],
    ['XPENDING x g - + 9', [['2-1', 'c', expect.any(Number), 7]]],
    ['XCLAIM x g d 0 1-1 FORCE', [['1-1', ['a', 'b']]]],
    ['XPENDING x g IDLE 0 - + 9 d', [['1-1', 'd', expect.any(Number), 2]]],
    ['XDEL x 2-1', 1],
    [
      'XINFO GROUPS x',
      [['name', 'g', 'consumers', 2, 'pending', 2, 'last-delivered-id', '0-0', 'entries-read', null, 'lag', null]],
    ],
    ['XAUTOCLAIM x g e 0 (1-1', ['0-0', [], ['2-1']]],
    [
      'XSETID x 3-1 ENTRIESADDED 1',
      'ERR The entries_added specified in XSETID is smaller than the target stream length',
    ],
    ['XSETID x 9-9 ENTRIESADDED 9223372036854775807 MAXDELETEDID 5-5', 'OK'],
  ),
  [
    'patterns, ranges and orders compare bytes, whether they are UTF-8 or not',
    async (target) => {
      const redis = await ready(target.client());
      const key = target.name('z');
      const members = ['foo', 'foo\xff', '\xff', '\xc3\xa9', '\xf0\x9f\x98\x80', '\xef\xbf\xbd', 'a'];
      for (const member of members) await redis.zadd(key, 0, bytes(member));
      const prefix = target.name('key-');
      for (const suffix of ['\xff\xfe', '\xc3\xa9', 'x'])
        await redis.set(Buffer.concat([bytes(prefix), bytes(suffix)]), '1');
      const names = async (pattern: string) =>
        ((await latin1(redis, 'keys', Buffer.concat([bytes(prefix), bytes(pattern)]))) as string[])
          .map((name) => name.slice(prefix.length))
          .sort();
      return [
        await latin1(redis, 'zrange', key, '0', '-1'),
        await latin1(redis, 'zrangebylex', key, '[foo', bytes('[foo\xff')),
        await latin1(redis, 'zlexcount', key, bytes('(\xc3\xa9'), '+'),
        await names('\xff*'),
        await names('?\xa9'),
        await names('[\xc3-\xff]?'),
        await latin1(redis, 'expire', key, '1', bytes('\xff')).catch((error: Error) => error.message),
      ];
    },
    [
      ['a', 'foo', 'foo\xff', '\xc3\xa9', '\xef\xbf\xbd', '\xf0\x9f\x98\x80', '\xff'],
      ['foo', 'foo\xff'],
      3,
      ['\xff\xfe'],
      ['\xc3\xa9'],
      ['\xc3\xa9', '\xff\xfe'],
      expect.stringContaining('ERR Unsupported option'),
    ],
  ],
];
