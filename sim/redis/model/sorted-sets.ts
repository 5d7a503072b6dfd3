/** Commands on sorted sets. */
import { atLeastZero, type Commands, float, keyCount, popCount, SYNTAX, type CommandContext, word } from './command.ts';
import { formatDouble, formatStoredDouble } from './numbers/doubles.ts';
import { pickAny, pickCount } from './pick.ts';
import { type By, type RangeOptions, rangeOf, selectionOf } from './ranges.ts';
import { fail, NULL_LIST, type Reply, Wait } from './reply.ts';
import { scan } from './scan.ts';
import { exceedsList, type Scored, SortedSet } from './sorted-set.ts';
import { timeoutFromSeconds } from './timeouts.ts';

const create = (): SortedSet => new SortedSet();

/** `member, score, member, score` */
export function withScores(scored: readonly Scored[]): string[] {
  return scored.flatMap(({ member, score }) => [member, formatDouble(score)]);
}

type AddOption = 'NX' | 'XX' | 'GT' | 'LT' | 'CH' | 'INCR';

const ADD_OPTIONS: ReadonlySet<string> = new Set<AddOption>(['NX', 'XX', 'GT', 'LT', 'CH', 'INCR']);

/** ZADD and ZINCRBY, which has an option without naming it. */
function add(
  [key = '', ...parameters]: readonly string[],
  implied: readonly AddOption[],
  context: CommandContext,
): Reply {
  const first = parameters.findIndex((parameter) => !ADD_OPTIONS.has(word(parameter)));
  const options = new Set<string>([...implied, ...parameters.slice(0, first < 0 ? undefined : first).map(word)]);
  const pairs = first < 0 ? [] : parameters.slice(first);
  if (pairs.length === 0 || pairs.length % 2 !== 0) fail(SYNTAX);
  const [onlyNew, onlyExisting, isIncrement] = [options.has('NX'), options.has('XX'), options.has('INCR')];
  if (onlyNew && onlyExisting) fail('ERR XX and NX options at the same time are not compatible');
  if ((options.has('GT') && (options.has('LT') || onlyNew)) || (options.has('LT') && onlyNew))
    fail('ERR GT, LT, and/or NX options at the same time are not compatible');
  if (isIncrement && pairs.length > 2) fail('ERR INCR option supports a single increment-element pair');
  const scored = pairs.flatMap((score, index) =>
    index % 2 === 0 ? [[float(score), pairs[index + 1] ?? ''] as const] : [],
  );
  const { keys, settings } = context;
  const found = keys.sorted(key);
  if (found === undefined && onlyExisting) return isIncrement ? null : 0;
  const set = keys.orNew(key, found, create);
  let [added, updated] = [0, 0];
  let last: number | null = null;
  for (const [operand, member] of scored) {
    const before = set.score(member);
    if (before === undefined ? onlyExisting : onlyNew) continue;
    const score = isIncrement && before !== undefined ? before + operand : operand;
    if (Number.isNaN(score)) fail('ERR resulting score is not a number (NaN)');
    if (before !== undefined && ((options.has('GT') && score <= before) || (options.has('LT') && score >= before)))
      continue;
    last = score;
    if (before === undefined) added += 1;
    else if (before !== score) updated += 1;
    set.store(member, score, settings);
  }
  if (added + updated > 0) keys.changed(key);
  if (isIncrement) return last === null ? null : formatDouble(last);
  return options.has('CH') ? added + updated : added;
}

function removeAll(key: string, members: readonly string[], { keys }: CommandContext): number {
  const set = keys.sorted(key);
  const removed = members.filter((member) => set?.delete(member) === true).length;
  if (removed > 0) keys.changed(key);
  return removed;
}

function removeWithin(by: By, [key = '', low, high]: readonly string[], context: CommandContext): Reply {
  const select = selectionOf(by, low, high);
  const found = select(context.keys.sorted(key)?.order ?? []);
  return removeAll(
    key,
    found.map(({ member }) => member),
    context,
  );
}

function countWithin(by: By, [key = '', low, high]: readonly string[], { keys }: CommandContext): Reply {
  const select = selectionOf(by, low, high);
  return select(keys.sorted(key)?.order ?? []).length;
}

type End = 'MIN' | 'MAX';

function pop(key: string, count: number, end: End, context: CommandContext): readonly Scored[] {
  const order = context.keys.sorted(key)?.order ?? [];
  const popped = end === 'MIN' ? order.slice(0, count) : order.slice(Math.max(0, order.length - count)).reverse();
  removeAll(
    key,
    popped.map(({ member }) => member),
    context,
  );
  return popped;
}

function popOneOrMore([key = '', count = '1', ...rest]: readonly string[], end: End, context: CommandContext): Reply {
  if (rest.length > 0) fail(SYNTAX);
  return withScores(pop(key, atLeastZero(count), end, context));
}

/** Tries each key in turn; then waits for one of them, with a timeout. */
function popFrom(
  names: readonly string[],
  timeoutMs: number | null,
  popKey: (key: string) => Reply | undefined,
  context: CommandContext,
): Reply | Wait {
  const { keys, mayWait } = context;
  for (const key of names) {
    const reply = popKey(key);
    if (reply !== undefined) return reply;
  }
  if (timeoutMs === null || !mayWait) return NULL_LIST;
  const serve = (key: string): Reply | undefined => (keys.value(key) instanceof SortedSet ? popKey(key) : undefined);
  return new Wait({ keys: names, kind: 'zset', timeoutMs, serve });
}

/** BZPOPMIN and BZPOPMAX */
function popFirst(parameters: readonly string[], end: End, context: CommandContext): Reply | Wait {
  const timeoutMs = timeoutFromSeconds(parameters.at(-1));
  const popKey = (key: string): Reply | undefined => {
    const popped = pop(key, 1, end, context);
    return popped.length === 0 ? undefined : [key, ...withScores(popped)];
  };
  return popFrom(parameters.slice(0, -1), timeoutMs, popKey, context);
}

/** ZMPOP, and BZMPOP with its timeout. */
function popSome([numkeys, ...rest]: readonly string[], timeout: string | null, context: CommandContext): Reply | Wait {
  const count = keyCount(numkeys);
  const end = word(rest[count]);
  if (end !== 'MIN' && end !== 'MAX') return fail(SYNTAX);
  const most = popCount(rest.slice(count + 1));
  const timeoutMs = timeout === null ? null : timeoutFromSeconds(timeout);
  const popKey = (key: string): Reply | undefined => {
    const popped = pop(key, most, end, context);
    return popped.length === 0 ? undefined : [key, popped.map((scored) => withScores([scored]))];
  };
  return popFrom(rest.slice(0, count), timeoutMs, popKey, context);
}

const ranged =
  (options: Omit<RangeOptions, 'mayShowScores'>) =>
  ([key = '', ...parameters]: readonly string[], { keys }: CommandContext): Reply => {
    const range = rangeOf(parameters, { ...options, mayShowScores: true });
    const found = range.select(keys.sorted(key));
    return range.withScores ? withScores(found) : found.map(({ member }) => member);
  };

export const SORTED_SETS: Commands = {
  zadd: (parameters, context) => add(parameters, [], context),
  zincrby: (parameters, context) => add(parameters, ['INCR'], context),
  zrem: ([key = '', ...members], context) => removeAll(key, members, context),
  zcard: ([key = ''], { keys }) => keys.sorted(key)?.size ?? 0,
  zscore([key = '', member = ''], { keys }) {
    const score = keys.sorted(key)?.score(member);
    return score === undefined ? null : formatDouble(score);
  },
  zmscore([key = '', ...members], { keys }) {
    const scores = members.map((member) => keys.sorted(key)?.score(member));
    return scores.map((score) => (score === undefined ? null : formatDouble(score)));
  },
  zrank: ([key = '', member = ''], { keys }) => keys.sorted(key)?.rank(member) ?? null,
  zrevrank([key = '', member = ''], { keys }) {
    const set = keys.sorted(key);
    const rank = set?.rank(member);
    return set === undefined || rank === undefined ? null : set.size - 1 - rank;
  },
  zcount: (parameters, context) => countWithin('SCORE', parameters, context),
  zlexcount: (parameters, context) => countWithin('LEX', parameters, context),
  zrange: ranged({ by: null, isReverse: null }),
  zrevrange: ranged({ by: 'RANK', isReverse: true }),
  zrangebyscore: ranged({ by: 'SCORE', isReverse: false }),
  zrevrangebyscore: ranged({ by: 'SCORE', isReverse: true }),
  zrangebylex: ranged({ by: 'LEX', isReverse: false }),
  zrevrangebylex: ranged({ by: 'LEX', isReverse: true }),
  zrangestore([to = '', from = '', ...parameters], { keys, settings }) {
    const range = rangeOf(parameters, { by: null, isReverse: null, mayShowScores: false });
    const selected = range.select(keys.sorted(from));
    const set = new SortedSet(exceedsList(selected.length, '', settings));
    for (const { member, score } of selected) set.store(member, score, settings);
    if (set.size === 0) keys.remove(to);
    else keys.set(to, set);
    return set.size;
  },
  zremrangebyrank: (parameters, context) => removeWithin('RANK', parameters, context),
  zremrangebyscore: (parameters, context) => removeWithin('SCORE', parameters, context),
  zremrangebylex: (parameters, context) => removeWithin('LEX', parameters, context),
  zpopmin: (parameters, context) => popOneOrMore(parameters, 'MIN', context),
  zpopmax: (parameters, context) => popOneOrMore(parameters, 'MAX', context),
  bzpopmin: (parameters, context) => popFirst(parameters, 'MIN', context),
  bzpopmax: (parameters, context) => popFirst(parameters, 'MAX', context),
  zmpop: (parameters, context) => popSome(parameters, null, context),
  bzmpop: ([timeout = '', ...rest], context) => popSome(rest, timeout, context),
  zrandmember([key = '', count, ...options], context) {
    const wanted = count === undefined ? 1 : pickCount(count, options, 'WITHSCORES');
    const set = context.keys.sorted(key) ?? create();
    const names = set.order.map(({ member }) => member);
    const picked = pickAny(names, wanted, key, context);
    if (count === undefined) return picked[0] ?? null;
    if (options.length === 0) return picked;
    return withScores(picked.map((member) => ({ member, score: set.score(member) ?? 0 })));
  },
  zscan: ([key = '', cursor, ...options], { keys }) =>
    scan(cursor, options, () => {
      const set = keys.sorted(key);
      if (set === undefined) return null;
      const names = set.order.map(({ member }) => member);
      const isWhole = !set.isSkipList;
      const format = isWhole ? formatStoredDouble : formatDouble;
      return { names, isWhole, show: (member) => [member, format(set.score(member) ?? 0)] };
    }),
};
