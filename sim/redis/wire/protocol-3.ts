/**
 * Replies in version 3 of the protocol, which says more of what they are: maps, sets, fractions,
 * texts for people, and what comes unasked. The data model answers as version 2 does; which
 * command's answer is what in version 3 stands here, as Redis 7.0 has it.
 */
import { Confirmations, RedisError, type Reply, Status } from '../model/reply.ts';
import type { Message } from '../server/session.ts';
import { encodeBulk, encodePlain, joined, type Parts } from './protocol.ts';

export interface Answered {
  /** Lower case. */
  readonly name: string;
  readonly parameters: readonly string[];
}

/**
 * `%` a map, its keys and values in turn; `~` a set; `>` what comes unasked; `,` a fraction; `=` a
 * text for people.
 */
type Typed =
  | Exclude<Reply, readonly Reply[]>
  | readonly Typed[]
  | { readonly as: '%' | '~' | '>'; readonly items: readonly Typed[] }
  | { readonly as: ',' | '='; readonly text: string };

type Typing = (reply: readonly Reply[], parameters: readonly string[]) => Typed;

/** `queued`: the commands of the transaction that EXEC ends. */
export function encodeReply3(
  reply: Reply | Confirmations,
  command: Answered,
  queued: readonly Answered[] | null,
): Buffer {
  if (reply instanceof Confirmations) return encoded(reply.each.map((one) => ({ as: '>', items: one })));
  if (command.name === 'exec' && queued !== null && isList(reply))
    return encoded([reply.map((one, index) => typed(one, queued[index] ?? command))]);
  return encoded([typed(reply, command)]);
}

export function encodeMessage3({ kind, pattern, channel, text }: Message): Buffer {
  const items = kind === 'pmessage' ? [kind, pattern, channel, text] : [kind, channel, text];
  return encoded([{ as: '>', items }]);
}

const isList = (reply: Reply): reply is readonly Reply[] => Array.isArray(reply);

function typed(reply: Reply, { name, parameters }: Answered): Typed {
  if (isList(reply)) return LISTS.get(name)?.(reply, parameters) ?? reply;
  if (typeof reply !== 'string') return reply;
  if (FRACTIONS.has(name)) return fraction(reply);
  return name === 'info' || (name === 'client' && /^(?:list|info)$/i.test(parameters[0] ?? ''))
    ? { as: '=', text: reply }
    : reply;
}

/** The one text that they answer is a number. */
const FRACTIONS: ReadonlySet<string> = new Set(['zscore', 'zincrby', 'zadd']);

function fraction(reply: Reply | undefined): Typed {
  return typeof reply === 'string' ? { as: ',', text: reply } : (reply ?? null);
}

const map: Typing = (items) => ({ as: '%', items });
const set: Typing = (items) => ({ as: '~', items });
const fractions: Typing = (items) => items.map(fraction);

/** Names and what belongs to them, in turn, each with its own in a list. */
function pairs(items: readonly Reply[], second: (reply: Reply | undefined) => Typed): Typed {
  const all: Typed[] = [];
  for (let index = 0; index < items.length; index += 2) all.push([items[index] ?? null, second(items[index + 1])]);
  return all;
}

const scored: Typing = (items) => pairs(items, fraction);
const has = (parameters: readonly string[], option: string): boolean =>
  parameters.some((one) => one.toUpperCase() === option);
const scoredIfAsked: Typing = (items, parameters) =>
  has(parameters, 'WITHSCORES') ? scored(items, parameters) : items;
const popped: Typing = (items, parameters) =>
  parameters.length > 1
    ? scored(items, parameters)
    : items.map((item, index) => (index % 2 === 1 ? fraction(item) : item));
const ranked: Typing = ([rank = null, score]) => [rank, fraction(score)];
const poppedOfKey: Typing = ([key = null, ...items]) => [
  key,
  ...items.map((item) => (isList(item) ? item.map((one) => (isList(one) ? ranked(one, []) : one)) : item)),
];
/** Of each stream its entries. */
const streams: Typing = (items) => ({ as: '%', items: items.flatMap((item) => (isList(item) ? item : [item])) });
const maps: Typing = (items) => items.map((item) => (isList(item) ? { as: '%', items: item } : item));

const LISTS: ReadonlyMap<string, Typing> = new Map<string, Typing>([
  ['hello', map],
  ['hgetall', map],
  ['config', (items, parameters) => (has(parameters.slice(0, 1), 'GET') ? map(items, parameters) : items)],
  ['smembers', set],
  ['sinter', set],
  ['sunion', set],
  ['sdiff', set],
  ['spop', set],
  ['hrandfield', (items, parameters) => (has(parameters, 'WITHVALUES') ? pairs(items, (one) => one ?? null) : items)],
  ['zmscore', fractions],
  ['zpopmin', popped],
  ['zpopmax', popped],
  ['bzpopmin', ([key = null, member = null, score]) => [key, member, fraction(score)]],
  ['bzpopmax', ([key = null, member = null, score]) => [key, member, fraction(score)]],
  ['zmpop', poppedOfKey],
  ['bzmpop', poppedOfKey],
  ...['zrange', 'zrevrange', 'zrangebyscore', 'zrevrangebyscore', 'zunion', 'zinter', 'zdiff', 'zrandmember'].map(
    (name) => [name, scoredIfAsked] as const,
  ),
  ['xread', streams],
  ['xreadgroup', streams],
  ['xinfo', (items, [what = '']) => (what.toUpperCase() === 'STREAM' ? map(items, []) : maps(items, []))],
]);

function encoded(all: readonly Typed[]): Buffer {
  const parts: Parts = [];
  for (const one of all) encode(one, parts);
  return joined(parts);
}

function encode(one: Typed, parts: Parts): void {
  if (one === null) parts.push('_\r\n');
  else if (typeof one !== 'object' || one instanceof Status || one instanceof RedisError) encodePlain(one, parts);
  else if (!('as' in one)) {
    parts.push(`*${one.length}\r\n`);
    for (const item of one) encode(item, parts);
  } else if ('items' in one) {
    parts.push(`${one.as}${one.as === '%' ? one.items.length / 2 : one.items.length}\r\n`);
    for (const item of one.items) encode(item, parts);
  } else if (one.as === ',') parts.push(`,${one.text}\r\n`);
  else encodeBulk('=', `txt:${one.text}`, parts);
}
