/** Commands on lists, blocking ones included. */
import {
  atLeastZero,
  type Commands,
  integer,
  keyCount,
  popCount,
  span,
  SYNTAX,
  type CommandContext,
  word,
  wrongNumber,
} from './command.ts';
import type { List } from './keyspace.ts';
import { fail, NULL_LIST, OK, type Reply, Wait } from './reply.ts';
import { timeoutFromSeconds } from './timeouts.ts';
import { INT64_MIN } from './numbers/wide.ts';

type Side = 'LEFT' | 'RIGHT';

function sideOf(text: string | undefined): Side {
  const side = word(text);
  return side === 'LEFT' || side === 'RIGHT' ? side : fail(SYNTAX);
}

function push(key: string, values: readonly string[], side: Side, { keys }: CommandContext): number {
  const list = keys.orNew<List>(key, keys.list(key), () => []);
  for (const value of values) {
    if (side === 'LEFT') list.unshift(value);
    else list.push(value);
  }
  const { length } = list;
  keys.changed(key);
  return length;
}

function pushToExisting(key: string, values: readonly string[], side: Side, context: CommandContext): number {
  return context.keys.list(key) === undefined ? 0 : push(key, values, side, context);
}

function pop(key: string, count: number, side: Side, { keys }: CommandContext): string[] | null {
  const list = keys.list(key);
  if (list === undefined) return null;
  const popped =
    side === 'LEFT' ? list.splice(0, count) : list.splice(Math.max(0, list.length - count), count).reverse();
  if (popped.length > 0) keys.changed(key);
  return popped;
}

function popOneOrMore(
  name: string,
  [key = '', count, ...rest]: readonly string[],
  side: Side,
  context: CommandContext,
): Reply {
  if (rest.length > 0) wrongNumber(name);
  if (count === undefined) return pop(key, 1, side, context)?.[0] ?? null;
  return pop(key, atLeastZero(count), side, context) ?? NULL_LIST;
}

function move(from: string, to: string, take: Side, give: Side, context: CommandContext): string | null {
  const { keys } = context;
  if (keys.list(from) === undefined) return null;
  keys.list(to);
  const value = pop(from, 1, take, context)?.[0] ?? '';
  push(to, [value], give, context);
  return value;
}

const isList = (key: string, { keys }: CommandContext): boolean => Array.isArray(keys.value(key));

/** BLPOP and BRPOP */
function popFirst(parameters: readonly string[], side: Side, context: CommandContext): Reply | Wait {
  const [names, timeoutMs] = [parameters.slice(0, -1), timeoutFromSeconds(parameters.at(-1))];
  const popFrom = (key: string): Reply | undefined => {
    const value = pop(key, 1, side, context)?.[0];
    return value === undefined ? undefined : [key, value];
  };
  for (const key of names) {
    const reply = popFrom(key);
    if (reply !== undefined) return reply;
  }
  if (!context.mayWait) return NULL_LIST;
  const serve = (key: string): Reply | undefined => (isList(key, context) ? popFrom(key) : undefined);
  return new Wait({ keys: names, kind: 'list', timeoutMs, serve });
}

/** LMPOP, and BLMPOP with its timeout. */
function popSome([numkeys, ...rest]: readonly string[], timeout: string | null, context: CommandContext): Reply | Wait {
  const count = keyCount(numkeys);
  const names = rest.slice(0, count);
  const side = sideOf(rest[count]);
  const most = popCount(rest.slice(count + 1));
  const timeoutMs = timeout === null ? null : timeoutFromSeconds(timeout);
  const popFrom = (key: string): Reply | undefined => {
    const popped = pop(key, most, side, context);
    return popped === null ? undefined : [key, popped];
  };
  for (const key of names) {
    const reply = popFrom(key);
    if (reply !== undefined) return reply;
  }
  if (timeoutMs === null || !context.mayWait) return NULL_LIST;
  const serve = (key: string): Reply | undefined => (isList(key, context) ? popFrom(key) : undefined);
  return new Wait({ keys: names, kind: 'list', timeoutMs, serve });
}

const ZERO_RANK =
  "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list";

interface PositionOptions {
  readonly rank: number;
  /** Null for one position, which is not in a list. */
  readonly count: number | null;
  readonly lengthMax: number;
}

function positionOptions(options: readonly string[]): PositionOptions {
  let [rank, count, lengthMax] = [1, null as number | null, 0];
  for (let index = 0; index < options.length; index += 2) {
    const [option, value] = [word(options[index]), options[index + 1] ?? fail(SYNTAX)];
    if (option === 'RANK') {
      // Redis negates the least integer, which overflows and leaves every match in.
      rank = value === String(INT64_MIN) ? -1 : integer(value);
      if (rank === 0) fail(ZERO_RANK);
    } else if (option === 'COUNT') count = atLeastZero(value, "ERR COUNT can't be negative");
    else if (option === 'MAXLEN') lengthMax = atLeastZero(value, "ERR MAXLEN can't be negative");
    else fail(SYNTAX);
  }
  return { rank, count, lengthMax };
}

function positions(list: readonly string[], element: string, { rank, count, lengthMax }: PositionOptions): Reply {
  const order = list.map((_, index) => index);
  if (rank < 0) order.reverse();
  const found = order
    .slice(0, lengthMax === 0 ? Infinity : lengthMax)
    .filter((index) => list[index] === element)
    .slice(Math.abs(rank) - 1);
  if (count === null) return found[0] ?? null;
  return count === 0 ? found : found.slice(0, count);
}

export const LISTS: Commands = {
  lpush: ([key = '', ...values], context) => push(key, values, 'LEFT', context),
  rpush: ([key = '', ...values], context) => push(key, values, 'RIGHT', context),
  lpushx: ([key = '', ...values], context) => pushToExisting(key, values, 'LEFT', context),
  rpushx: ([key = '', ...values], context) => pushToExisting(key, values, 'RIGHT', context),
  lpop: (parameters, context) => popOneOrMore('lpop', parameters, 'LEFT', context),
  rpop: (parameters, context) => popOneOrMore('rpop', parameters, 'RIGHT', context),
  llen: ([key = ''], { keys }) => keys.list(key)?.length ?? 0,
  lrange([key = '', start, end], { keys }) {
    const [first, last] = [integer(start), integer(end)];
    const list = keys.list(key) ?? [];
    return list.slice(...span(first, last, list.length));
  },
  lindex([key = '', at], { keys }) {
    const list = keys.list(key);
    return list?.at(integer(at)) ?? null;
  },
  lset([key = '', at, value = ''], { keys }) {
    const list = keys.list(key) ?? fail('ERR no such key');
    const index = integer(at);
    const resolved = index < 0 ? list.length + index : index;
    if (resolved < 0 || resolved >= list.length) fail('ERR index out of range');
    list[resolved] = value;
    keys.changed(key);
    return OK;
  },
  linsert([key = '', where, pivot = '', value = ''], { keys }) {
    const side = word(where);
    if (side !== 'BEFORE' && side !== 'AFTER') fail(SYNTAX);
    const list = keys.list(key);
    if (list === undefined) return 0;
    const index = list.indexOf(pivot);
    if (index < 0) return -1;
    list.splice(side === 'BEFORE' ? index : index + 1, 0, value);
    keys.changed(key);
    return list.length;
  },
  lrem([key = '', countText, value = ''], { keys }) {
    const [count, list] = [integer(countText), keys.list(key)];
    if (list === undefined) return 0;
    const indexes = list.flatMap((element, index) => (element === value ? [index] : []));
    const removed = count === 0 ? indexes : count > 0 ? indexes.slice(0, count) : indexes.slice(count);
    for (const index of removed.toReversed()) list.splice(index, 1);
    if (removed.length > 0) keys.changed(key);
    return removed.length;
  },
  ltrim([key = '', start, end], { keys }) {
    const [first, last, list] = [integer(start), integer(end), keys.list(key)];
    if (list === undefined) return OK;
    list.splice(0, list.length, ...list.slice(...span(first, last, list.length)));
    keys.changed(key);
    return OK;
  },
  lpos([key = '', element = '', ...rest], { keys }) {
    const options = positionOptions(rest);
    return positions(keys.list(key) ?? [], element, options);
  },
  rpoplpush: ([from = '', to = ''], context) => move(from, to, 'RIGHT', 'LEFT', context),
  lmove: ([from = '', to = '', take, give], context) => move(from, to, sideOf(take), sideOf(give), context),
  lmpop: (parameters, context) => popSome(parameters, null, context),
  blpop: (parameters, context) => popFirst(parameters, 'LEFT', context),
  brpop: (parameters, context) => popFirst(parameters, 'RIGHT', context),
  brpoplpush: ([from = '', to = '', timeout], context) =>
    moveOrWait(from, to, 'RIGHT', 'LEFT', timeoutFromSeconds(timeout), context),
  blmove([from = '', to = '', take, give, timeout], context) {
    const sides = [sideOf(take), sideOf(give)] as const;
    return moveOrWait(from, to, ...sides, timeoutFromSeconds(timeout), context);
  },
  blmpop: ([timeout = '', ...rest], context) => popSome(rest, timeout, context),
};

function moveOrWait(
  from: string,
  to: string,
  take: Side,
  give: Side,
  timeoutMs: number,
  context: CommandContext,
): Reply | Wait {
  const value = move(from, to, take, give, context);
  if (value !== null || !context.mayWait) return value;
  const serve = (): Reply | undefined =>
    isList(from, context) ? (move(from, to, take, give, context) ?? undefined) : undefined;
  return new Wait({ keys: [from], kind: 'list', timeoutMs, serve });
}
