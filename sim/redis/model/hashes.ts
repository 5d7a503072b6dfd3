/** Commands on hashes. */
import { bytesOf } from './bytes.ts';
import { add, type Commands, type CommandContext, wideInteger, wrongNumber } from './command.ts';
import type { Hash } from './keyspace.ts';
import { addLongDoubles, isInfinite, isLongDouble } from './numbers/long-doubles.ts';
import { pickAny, pickCount } from './pick.ts';
import { fail, OK } from './reply.ts';
import { isCompact, scan } from './scan.ts';
import { wideOf } from './numbers/wide.ts';

const hashAt = (key: string, { keys }: CommandContext): Hash =>
  keys.orNew(key, keys.hash(key), () => new Map<string, string>());

function put(name: string, [key = '', ...pairs]: readonly string[], context: CommandContext): number {
  if (pairs.length % 2 !== 0) wrongNumber(name);
  const hash = hashAt(key, context);
  const before = hash.size;
  for (let index = 0; index < pairs.length; index += 2) hash.set(pairs[index] ?? '', pairs[index + 1] ?? '');
  context.keys.changed(key);
  return hash.size - before;
}

/** Creates no hash or field when `sum` fails. */
function increase(key: string, field: string, sum: (before: string) => string, context: CommandContext): string {
  const after = sum(context.keys.hash(key)?.get(field) ?? '0');
  hashAt(key, context).set(field, after);
  context.keys.changed(key);
  return after;
}

export const HASHES: Commands = {
  hset: (parameters, context) => put('hset', parameters, context),
  hmset(parameters, context) {
    put('hmset', parameters, context);
    return OK;
  },
  hsetnx([key = '', field = '', value = ''], context) {
    if (context.keys.hash(key)?.has(field) === true) return 0;
    return put('hsetnx', [key, field, value], context);
  },
  hget: ([key = '', field = ''], { keys }) => keys.hash(key)?.get(field) ?? null,
  hmget([key = '', ...fields], { keys }) {
    const hash = keys.hash(key);
    return fields.map((field) => hash?.get(field) ?? null);
  },
  hgetall: ([key = ''], { keys }) => [...(keys.hash(key) ?? [])].flat(),
  hkeys: ([key = ''], { keys }) => [...(keys.hash(key)?.keys() ?? [])],
  hvals: ([key = ''], { keys }) => [...(keys.hash(key)?.values() ?? [])],
  hlen: ([key = ''], { keys }) => keys.hash(key)?.size ?? 0,
  hexists: ([key = '', field = ''], { keys }) => (keys.hash(key)?.has(field) === true ? 1 : 0),
  hstrlen: ([key = '', field = ''], { keys }) => bytesOf(keys.hash(key)?.get(field) ?? '').length,
  hdel([key = '', ...fields], { keys }) {
    const hash = keys.hash(key);
    const removed = fields.filter((field) => hash?.delete(field) === true).length;
    if (removed > 0) keys.changed(key);
    return removed;
  },
  hincrby([key = '', field = '', by], context) {
    const step = wideInteger(by);
    return wideOf(
      increase(key, field, (before) => String(add(before, step, 'ERR hash value is not an integer')), context),
    );
  },
  hincrbyfloat([key = '', field = '', by = ''], context) {
    if (!isLongDouble(by)) fail('ERR value is not a valid float');
    if (isInfinite(by)) fail('ERR value is NaN or Infinity');
    const sum = (before: string): string => {
      if (!isLongDouble(before)) fail('ERR hash value is not a float');
      return addLongDoubles(before, by) ?? fail('ERR increment would produce NaN or Infinity');
    };
    return increase(key, field, sum, context);
  },
  hscan: ([key = '', cursor, ...options], { keys }) =>
    scan(cursor, options, () => {
      const hash = keys.hash(key);
      if (hash === undefined) return null;
      return {
        names: [...hash.keys()],
        isWhole: isCompact(hash.size, [...hash].flat()),
        show: (field) => [field, hash.get(field) ?? ''],
      };
    }),
  hrandfield([key = '', count, ...options], context) {
    const wanted = count === undefined ? 1 : pickCount(count, options, 'WITHVALUES');
    const hash: Hash = context.keys.hash(key) ?? new Map<string, string>();
    const picked = pickAny([...hash.keys()], wanted, key, context);
    if (count === undefined) return picked[0] ?? null;
    return options.length === 0 ? picked : picked.flatMap((field) => [field, hash.get(field) ?? '']);
  },
};
