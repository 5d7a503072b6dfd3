/** Commands on hashes. */
import { bytesOf } from './bytes.ts';
import { add, type Commands, float, formatFloat, integer, SYNTAX, type CommandContext, word } from './command.ts';
import type { Hash } from './keyspace.ts';
import { pickAny } from './pick.ts';
import { fail, OK } from './reply.ts';
import { scan } from './scan.ts';

const hashAt = (key: string, { keys }: CommandContext): Hash =>
  keys.orNew(key, keys.hash(key), () => new Map<string, string>());

function put(name: string, [key = '', ...pairs]: readonly string[], context: CommandContext): number {
  if (pairs.length % 2 !== 0) fail(`ERR wrong number of arguments for '${name}' command`);
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
  hincrby: ([key = '', field = '', by], context) =>
    Number(
      increase(key, field, (before) => add(before, String(integer(by)), 'ERR hash value is not an integer'), context),
    ),
  hincrbyfloat([key = '', field = '', by], context) {
    const step = float(by);
    return increase(
      key,
      field,
      (before) => formatFloat(float(before, 'ERR hash value is not a float') + step),
      context,
    );
  },
  hscan([key = '', cursor, ...options], { keys }) {
    const hash: Hash = keys.hash(key) ?? new Map<string, string>();
    const withoutValues = options.findIndex((option) => word(option) === 'NOVALUES');
    const rest = withoutValues < 0 ? options : options.toSpliced(withoutValues, 1);
    return scan(cursor, rest, [...hash.keys()], (field) =>
      withoutValues < 0 ? [field, hash.get(field) ?? ''] : [field],
    );
  },
  hrandfield([key = '', count, option], context) {
    if (option !== undefined && word(option) !== 'WITHVALUES') fail(SYNTAX);
    const hash: Hash = context.keys.hash(key) ?? new Map<string, string>();
    const fields = [...hash.keys()];
    if (count === undefined) return pickAny(fields, 1, key, context)[0] ?? null;
    const picked = pickAny(fields, integer(count), key, context);
    return option === undefined ? picked : picked.flatMap((field) => [field, hash.get(field) ?? '']);
  },
};
