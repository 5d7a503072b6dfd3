/** Commands on lists, blocking ones included. */
import { atLeastZero, type Commands, integer, keyCount, span, SYNTAX, type CommandContext, word } from './command.ts';
import type { List } from './keyspace.ts';
import { fail, OK, type Reply, Wait } from './reply.ts';
import { timeoutFromSeconds } from './timeouts.ts';

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

function popOneOrMore([key = '', count]: readonly string[], side: Side, context: CommandContext): Reply {
  if (count === undefined) return pop(key, 1, side, context)?.[0] ?? null;
  return pop(key, atLeastZero(count), side, context);
}

function move(from: string, to: string, take: Side, give: Side, context: CommandContext): string | null {
  const { keys } = context;
  if (keys.list(from) === undefined) return null;
  keys.list(to);
  const value = pop(from, 1, take, context)?.[0] ?? '';
  push(to, [value], give, context);
  return value;
}

function popFirst(parameters: readonly string[], side: Side, context: CommandContext): Reply | Wait {
  const [names, timeout] = [parameters.slice(0, -1), timeoutFromSeconds(parameters.at(-1))];
  for (const key of names) {
    const value = pop(key, 1, side, context)?.[0];
    if (value !== undefined) return [key, value];
  }
  return context.mayWait ? new Wait(names, timeout, parameters) : null;
}

function popSome([numkeys, ...rest]: readonly string[], context: CommandContext): { names: string[]; reply: Reply } {
  const count = keyCount(numkeys);
  const names = rest.slice(0, count);
  const [side, option, limit] = [sideOf(rest[count]), rest[count + 1], rest[count + 2]];
  if (option !== undefined && (word(option) !== 'COUNT' || limit === undefined)) fail(SYNTAX);
  const most = limit === undefined ? 1 : integer(limit);
  if (most < 1) fail('ERR count should be greater than 0');
  for (const key of names) {
    const popped = pop(key, most, side, context);
    if (popped !== null) return { names, reply: [key, popped] };
  }
  return { names, reply: null };
}

function positions(list: readonly string[], element: string, options: readonly string[]): Reply {
  let [rank, count, maxLength] = [1, null as number | null, 0];
  for (let index = 0; index < options.length; index += 2) {
    const [option, value] = [word(options[index]), options[index + 1]];
    if (option === 'RANK') rank = integer(value);
    else if (option === 'COUNT') count = integer(value);
    else if (option === 'MAXLEN') maxLength = integer(value);
    else fail(SYNTAX);
  }
  if (rank === 0)
    fail(
      "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list",
    );
  if (count !== null && count < 0) fail("ERR COUNT can't be negative");
  const order = list.map((_, index) => index);
  if (rank < 0) order.reverse();
  const found = order
    .slice(0, maxLength === 0 ? Infinity : maxLength)
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
  lpop: (parameters, context) => popOneOrMore(parameters, 'LEFT', context),
  rpop: (parameters, context) => popOneOrMore(parameters, 'RIGHT', context),
  llen: ([key = ''], { keys }) => keys.list(key)?.length ?? 0,
  lrange([key = '', start, end], { keys }) {
    const [first, last] = [integer(start), integer(end)];
    const list = keys.list(key) ?? [];
    return list.slice(...span(first, last, list.length));
  },
  lindex([key = '', at], { keys }) {
    const [list, index] = [keys.list(key) ?? [], integer(at)];
    return list.at(index) ?? null;
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
  lpos: ([key = '', element = '', ...options], { keys }) => positions(keys.list(key) ?? [], element, options),
  rpoplpush: ([from = '', to = ''], context) => move(from, to, 'RIGHT', 'LEFT', context),
  lmove: ([from = '', to = '', take, give], context) => move(from, to, sideOf(take), sideOf(give), context),
  lmpop: (parameters, context) => popSome(parameters, context).reply,
  blpop: (parameters, context) => popFirst(parameters, 'LEFT', context),
  brpop: (parameters, context) => popFirst(parameters, 'RIGHT', context),
  brpoplpush: ([from = '', to = '', timeout = ''], context) =>
    moveOrWait([from, to, 'RIGHT', 'LEFT', timeout], context, [from, to, timeout]),
  blmove: (parameters, context) => moveOrWait(parameters, context, parameters),
  blmpop([timeout = '', ...rest], context) {
    const limitMs = timeoutFromSeconds(timeout);
    const { names, reply } = popSome(rest, context);
    return reply === null && context.mayWait ? new Wait(names, limitMs, [timeout, ...rest]) : reply;
  },
};

function moveOrWait(
  [from = '', to = '', take, give, timeout]: readonly string[],
  context: CommandContext,
  parameters: readonly string[],
): Reply | Wait {
  const limitMs = timeoutFromSeconds(timeout);
  const value = move(from, to, sideOf(take), sideOf(give), context);
  return value === null && context.mayWait ? new Wait([from], limitMs, parameters) : value;
}
