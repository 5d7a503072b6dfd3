/** Commands on sets. */
import { atLeastZero, type Commands, keyCount, limitOf, SYNTAX, type CommandContext } from './command.ts';
import { isInteger } from './numbers/wide.ts';
import { pickAny, pickCount } from './pick.ts';
import { fail, type Reply } from './reply.ts';
import { scan } from './scan.ts';

const NONE: ReadonlySet<string> = new Set();

type Combine = (sets: readonly ReadonlySet<string>[]) => readonly string[];

const intersection: Combine = ([first = NONE, ...others]) =>
  [...first].filter((member) => others.every((other) => other.has(member)));
const union: Combine = (sets) => [...new Set(sets.flatMap((set) => [...set]))];
const difference: Combine = ([first = NONE, ...others]) =>
  [...first].filter((member) => !others.some((other) => other.has(member)));

function combined(combine: Combine, names: readonly string[], { keys }: CommandContext): readonly string[] {
  return combine(names.map((key) => keys.members(key) ?? NONE));
}

function store(combine: Combine, [to = '', ...names]: readonly string[], context: CommandContext): Reply {
  const members = combined(combine, names, context);
  if (members.length === 0) context.keys.remove(to);
  else context.keys.set(to, new Set(members));
  return members.length;
}

export const SETS: Commands = {
  sadd([key = '', ...members], { keys }) {
    const set = keys.orNew(key, keys.members(key), () => new Set<string>());
    const before = set.size;
    for (const member of members) set.add(member);
    if (set.size > before) keys.changed(key);
    return set.size - before;
  },
  srem([key = '', ...members], { keys }) {
    const set = keys.members(key);
    const removed = members.filter((member) => set?.delete(member) === true).length;
    if (removed > 0) keys.changed(key);
    return removed;
  },
  scard: ([key = ''], { keys }) => keys.members(key)?.size ?? 0,
  smembers: ([key = ''], { keys }) => [...(keys.members(key) ?? NONE)],
  sismember: ([key = '', member = ''], { keys }) => (keys.members(key)?.has(member) === true ? 1 : 0),
  smismember([key = '', ...members], { keys }) {
    const set = keys.members(key);
    return members.map((member) => (set?.has(member) === true ? 1 : 0));
  },
  smove([from = '', to = '', member = ''], { keys }) {
    const source = keys.members(from);
    if (source === undefined) return 0;
    const target = keys.members(to);
    if (!source.has(member)) return 0;
    if (from === to) return 1;
    source.delete(member);
    keys.changed(from);
    const destination = keys.orNew(to, target, () => new Set<string>());
    if (!destination.has(member)) {
      destination.add(member);
      keys.changed(to);
    }
    return 1;
  },
  spop([key = '', count, ...rest], context) {
    const { keys } = context;
    if (rest.length > 0) fail(SYNTAX);
    const wanted = count === undefined ? 1 : atLeastZero(count);
    const set = keys.members(key);
    const picked = pickAny([...(set ?? NONE)], wanted, key, context);
    for (const member of picked) set?.delete(member);
    if (picked.length > 0) keys.changed(key);
    return count === undefined ? (picked[0] ?? null) : picked;
  },
  srandmember([key = '', count, ...rest], context) {
    if (rest.length > 0) fail(SYNTAX);
    const wanted = count === undefined ? 1 : pickCount(count, [], null);
    const picked = pickAny([...(context.keys.members(key) ?? NONE)], wanted, key, context);
    return count === undefined ? (picked[0] ?? null) : picked;
  },
  sinter: (names, context) => combined(intersection, names, context),
  sunion: (names, context) => combined(union, names, context),
  sdiff: (names, context) => combined(difference, names, context),
  sinterstore: (parameters, context) => store(intersection, parameters, context),
  sunionstore: (parameters, context) => store(union, parameters, context),
  sdiffstore: (parameters, context) => store(difference, parameters, context),
  sintercard([numkeys, ...rest], context) {
    const count = keyCount(numkeys);
    if (rest.length < count) fail("ERR Number of keys can't be greater than number of args");
    const most = limitOf(rest.slice(count));
    const found = combined(intersection, rest.slice(0, count), context).length;
    return most === 0 ? found : Math.min(most, found);
  },
  sscan: ([key = '', cursor, ...options], { keys }) =>
    scan(cursor, options, () => {
      const set = keys.members(key);
      if (set === undefined) return null;
      return { names: [...set], isWhole: isIntegers(set), show: (member) => [member] };
    }),
};

const INTEGERS_MAX = 512;

/** Whether Redis stores the set as a sorted list of integers, which SSCAN does not split. */
function isIntegers(set: ReadonlySet<string>): boolean {
  return set.size <= INTEGERS_MAX && [...set].every((member) => isInteger(member));
}
