/** Commands on hashes. */
import { bytesOf } from './bytes.ts';
import { add, type Commands, float, formatFloat, integer, SYNTAX, type Surroundings, word } from './command.ts';
import type { Hash } from './keyspace.ts';
import { pickAny } from './pick.ts';
import { fail, OK } from './reply.ts';
import { scan } from './scan.ts';

const hashAt = (key: string, { keys }: Surroundings): Hash =>
  keys.orNew(key, keys.hash(key), () => new Map<string, string>());

function put(name: string, [key = '', ...pairs]: readonly string[], surroundings: Surroundings): number {
  if (pairs.length % 2 !== 0) fail(`ERR wrong number of arguments for '${name}' command`);
  const hash = hashAt(key, surroundings);
  const before = hash.size;
  for (let index = 0; index < pairs.length; index += 2) hash.set(pairs[index] ?? '', pairs[index + 1] ?? '');
  surroundings.keys.changed(key);
  return hash.size - before;
}

/** Nothing is made when the sum can't be. */
function increase(key: string, field: string, sum: (before: string) => string, surroundings: Surroundings): string {
  const after = sum(surroundings.keys.hash(key)?.get(field) ?? '0');
  hashAt(key, surroundings).set(field, after);
  surroundings.keys.changed(key);
  return after;
}

export const HASHES: Commands = {
  hset: (parameters, surroundings) => put('hset', parameters, surroundings),
  hmset(parameters, surroundings) {
    put('hmset', parameters, surroundings);
    return OK;
  },
  hsetnx([key = '', field = '', value = ''], surroundings) {
    if (surroundings.keys.hash(key)?.has(field) === true) return 0;
    return put('hsetnx', [key, field, value], surroundings);
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
  hincrby: ([key = '', field = '', by], surroundings) =>
    Number(
      increase(
        key,
        field,
        (before) => add(before, String(integer(by)), 'ERR hash value is not an integer'),
        surroundings,
      ),
    ),
  hincrbyfloat([key = '', field = '', by], surroundings) {
    const step = float(by);
    return increase(
      key,
      field,
      (before) => formatFloat(float(before, 'ERR hash value is not a float') + step),
      surroundings,
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
  hrandfield([key = '', count, option], surroundings) {
    if (option !== undefined && word(option) !== 'WITHVALUES') fail(SYNTAX);
    const hash: Hash = surroundings.keys.hash(key) ?? new Map<string, string>();
    const fields = [...hash.keys()];
    if (count === undefined) return pickAny(fields, 1, key, surroundings)[0] ?? null;
    const picked = pickAny(fields, integer(count), key, surroundings);
    return option === undefined ? picked : picked.flatMap((field) => [field, hash.get(field) ?? '']);
  },
};
