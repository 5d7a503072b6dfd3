/** Commands on sorted sets. */
import {
  atLeastZero,
  type Commands,
  float,
  formatFloat,
  integer,
  SYNTAX,
  type CommandContext,
  word,
} from './command.ts';
import { pickAny } from './pick.ts';
import { type Range, type RangeOptions, rangeOf, within } from './ranges.ts';
import { fail, type Reply, Wait } from './reply.ts';
import { keyCount } from './command.ts';
import { scan } from './scan.ts';
import { type Scored, SortedSet } from './sorted-set.ts';
import { timeoutFromSeconds } from './timeouts.ts';

const create = (): SortedSet => new SortedSet();

/** `member, score, member, score` */
export function withScores(scored: readonly Scored[]): string[] {
  return scored.flatMap(({ member, score }) => [member, formatFloat(score)]);
}

const show = ({ found, withScores: hasScores }: Range): string[] =>
  hasScores ? withScores(found) : found.map(({ member }) => member);

const ADD_OPTIONS = ['NX', 'XX', 'GT', 'LT', 'CH', 'INCR'];

function add([key = '', ...parameters]: readonly string[], context: CommandContext): Reply {
  const { keys } = context;
  const first = parameters.findIndex((parameter) => !ADD_OPTIONS.includes(word(parameter)));
  const options = new Set(parameters.slice(0, first < 0 ? undefined : first).map(word));
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
  const found = keys.sorted(key);
  if (found === undefined && onlyExisting) return isIncrement ? null : 0;
  const set = keys.orNew(key, found, create);
  let [added, updated] = [0, 0];
  let last: number | null = null;
  for (const [operand, member] of scored) {
    const before = set.score(member);
    const score = isIncrement ? (before ?? 0) + operand : operand;
    if (Number.isNaN(score)) fail('ERR resulting score is not a number (NaN)');
    if (before === undefined ? onlyExisting : onlyNew) continue;
    if (before !== undefined && ((options.has('GT') && score <= before) || (options.has('LT') && score >= before)))
      continue;
    last = score;
    if (before === undefined) added += 1;
    else if (before !== score) updated += 1;
    set.set(member, score);
  }
  if (added + updated > 0 || set.size === 0) keys.changed(key);
  if (isIncrement) return last === null ? null : formatFloat(last);
  return options.has('CH') ? added + updated : added;
}

function removeAll(key: string, members: readonly string[], { keys }: CommandContext): number {
  const set = keys.sorted(key);
  const removed = members.filter((member) => set?.delete(member) === true).length;
  if (removed > 0) keys.changed(key);
  return removed;
}

function removeWithin(by: 'RANK' | 'SCORE' | 'LEX', [key = '', low, high]: readonly string[], context: CommandContext) {
  const found = within(context.keys.sorted(key), by, low, high);
  return removeAll(
    key,
    found.map(({ member }) => member),
    context,
  );
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

function popFirst(parameters: readonly string[], end: End, context: CommandContext): Reply | Wait {
  const [names, timeout] = [parameters.slice(0, -1), timeoutFromSeconds(parameters.at(-1))];
  for (const key of names) {
    const popped = pop(key, 1, end, context);
    if (popped.length > 0) return [key, ...withScores(popped)];
  }
  return context.mayWait ? new Wait(names, timeout, parameters) : null;
}

function popSome([numkeys, ...rest]: readonly string[], context: CommandContext): { names: string[]; reply: Reply } {
  const count = keyCount(numkeys);
  const names = rest.slice(0, count);
  const [end, option, limit] = [word(rest[count]), rest[count + 1], rest[count + 2]];
  if ((end !== 'MIN' && end !== 'MAX') || (option !== undefined && word(option) !== 'COUNT')) return fail(SYNTAX);
  for (const key of names) {
    const popped = pop(key, limit === undefined ? 1 : integer(limit), end, context);
    if (popped.length > 0) return { names, reply: [key, popped.map((scored) => withScores([scored]))] };
  }
  return { names, reply: null };
}

const ranged =
  (options: RangeOptions) =>
  ([key = '', ...parameters]: readonly string[], { keys }: CommandContext): Reply =>
    show(rangeOf(keys.sorted(key), parameters, options));

export const SORTED_SETS: Commands = {
  zadd: add,
  zincrby: ([key = '', by, member = ''], context) => add([key, 'INCR', String(float(by)), member], context),
  zrem: ([key = '', ...members], context) => removeAll(key, members, context),
  zcard: ([key = ''], { keys }) => keys.sorted(key)?.size ?? 0,
  zscore([key = '', member = ''], { keys }) {
    const score = keys.sorted(key)?.score(member);
    return score === undefined ? null : formatFloat(score);
  },
  zmscore([key = '', ...members], { keys }) {
    const scores = members.map((member) => keys.sorted(key)?.score(member));
    return scores.map((score) => (score === undefined ? null : formatFloat(score)));
  },
  zrank: ([key = '', member = ''], { keys }) => keys.sorted(key)?.rank(member) ?? null,
  zrevrank([key = '', member = ''], { keys }) {
    const set = keys.sorted(key);
    const rank = set?.rank(member);
    return set === undefined || rank === undefined ? null : set.size - 1 - rank;
  },
  zcount: ([key = '', low, high], { keys }) => within(keys.sorted(key), 'SCORE', low, high).length,
  zlexcount: ([key = '', low, high], { keys }) => within(keys.sorted(key), 'LEX', low, high).length,
  zrange: ranged({ by: 'RANK', isReverse: false, isGeneral: true }),
  zrevrange: ranged({ by: 'RANK', isReverse: true, isGeneral: false }),
  zrangebyscore: ranged({ by: 'SCORE', isReverse: false, isGeneral: false }),
  zrevrangebyscore: ranged({ by: 'SCORE', isReverse: true, isGeneral: false }),
  zrangebylex: ranged({ by: 'LEX', isReverse: false, isGeneral: false }),
  zrevrangebylex: ranged({ by: 'LEX', isReverse: true, isGeneral: false }),
  zrangestore([to = '', from = '', ...parameters], { keys }) {
    const { found } = rangeOf(keys.sorted(from), parameters, { by: 'RANK', isReverse: false, isGeneral: true });
    const set = create();
    for (const { member, score } of found) set.set(member, score);
    if (set.size === 0) keys.remove(to);
    else keys.set(to, set);
    return set.size;
  },
  zremrangebyrank: (parameters, context) => removeWithin('RANK', parameters, context),
  zremrangebyscore: (parameters, context) => removeWithin('SCORE', parameters, context),
  zremrangebylex: (parameters, context) => removeWithin('LEX', parameters, context),
  zpopmin: ([key = '', count = '1'], context) => withScores(pop(key, atLeastZero(count), 'MIN', context)),
  zpopmax: ([key = '', count = '1'], context) => withScores(pop(key, atLeastZero(count), 'MAX', context)),
  bzpopmin: (parameters, context) => popFirst(parameters, 'MIN', context),
  bzpopmax: (parameters, context) => popFirst(parameters, 'MAX', context),
  zmpop: (parameters, context) => popSome(parameters, context).reply,
  bzmpop([timeout = '', ...rest], context) {
    const limitMs = timeoutFromSeconds(timeout);
    const { names, reply } = popSome(rest, context);
    return reply === null && context.mayWait ? new Wait(names, limitMs, [timeout, ...rest]) : reply;
  },
  zrandmember([key = '', count, option], context) {
    if (option !== undefined && word(option) !== 'WITHSCORES') fail(SYNTAX);
    const set = context.keys.sorted(key) ?? create();
    const picked = pickAny(
      set.order.map(({ member }) => member),
      integer(count ?? '1'),
      key,
      context,
    );
    if (count === undefined) return picked[0] ?? null;
    if (option === undefined) return picked;
    return withScores(picked.map((member) => ({ member, score: set.score(member) ?? 0 })));
  },
  zscan([key = '', cursor, ...options], { keys }) {
    const set = keys.sorted(key) ?? create();
    const names = set.order.map(({ member }) => member);
    return scan(cursor, options, names, (member) => [member, formatFloat(set.score(member) ?? 0)]);
  },
};
