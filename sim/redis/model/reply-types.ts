/**
 * The types of replies in version 3 of the protocol (RESP3), which has more of them: maps, sets,
 * doubles and verbatim strings. Commands return replies for version 2; this file maps commands to
 * the types of their replies in version 3, as in Redis 7.0.
 */
import { Confirmations, type Reply } from './reply.ts';

export interface AnsweredCommand {
  /** In lower case. */
  readonly name: string;
  readonly parameters: readonly string[];
}

/**
 * A reply in version 3. `%`: a map, keys and values alternating; `~`: a set; `>`: a push; `,`: a
 * double; `=`: a verbatim string; `each`: several replies in a row.
 */
export type Typed =
  | Exclude<Reply, readonly Reply[]>
  | readonly Typed[]
  | { readonly as: '%' | '~' | '>' | 'each'; readonly items: readonly Typed[] }
  | { readonly as: ',' | '='; readonly text: string };

/** Converts the list that a command returns in version 2. */
type Conversion = (reply: readonly Reply[], parameters: readonly string[]) => Typed;

const isList = (reply: Reply | Confirmations): reply is readonly Reply[] => Array.isArray(reply);

/** Converts the reply of a command. */
export function typed(reply: Reply | Confirmations, { name, parameters }: AnsweredCommand): Typed {
  if (reply instanceof Confirmations) return { as: 'each', items: reply.each.map((items) => ({ as: '>', items })) };
  if (isList(reply)) return LISTS.get(name)?.(reply, parameters) ?? reply;
  if (typeof reply !== 'string') return reply;
  if (DOUBLES.has(name)) return double(reply);
  return name === 'info' || (name === 'client' && /^(?:list|info)$/i.test(parameters[0] ?? ''))
    ? { as: '=', text: reply }
    : reply;
}

/** Commands whose string reply is a double. */
const DOUBLES: ReadonlySet<string> = new Set(['zscore', 'zincrby', 'zadd']);

function double(reply: Reply | undefined): Typed {
  return typeof reply === 'string' ? { as: ',', text: reply } : (reply ?? null);
}

const map: Conversion = (items) => ({ as: '%', items });
const set: Conversion = (items) => ({ as: '~', items });
const doubles: Conversion = (items) => items.map(double);

/** Groups a flat list of names and values into pairs. */
function pairs(items: readonly Reply[], second: (reply: Reply | undefined) => Typed): Typed {
  const result: Typed[] = [];
  for (let index = 0; index < items.length; index += 2) result.push([items[index] ?? null, second(items[index + 1])]);
  return result;
}

const withScores: Conversion = (items) => pairs(items, double);
const hasOption = (parameters: readonly string[], option: string): boolean =>
  parameters.some((parameter) => parameter.toUpperCase() === option);
/** `from`: the index of the first option. Keys may have the name of one. */
const withOptionalScores =
  (from: (parameters: readonly string[]) => number): Conversion =>
  (items, parameters) =>
    hasOption(parameters.slice(from(parameters)), 'WITHSCORES') ? withScores(items, parameters) : items;
const popped: Conversion = (items, parameters) =>
  parameters.length > 1
    ? withScores(items, parameters)
    : items.map((item, index) => (index % 2 === 1 ? double(item) : item));
const ranked: Conversion = ([rank = null, score]) => [rank, double(score)];
const poppedOfKey: Conversion = ([key = null, ...items]) => [
  key,
  ...items.map((item) => (isList(item) ? item.map((pair) => (isList(pair) ? ranked(pair, []) : pair)) : item)),
];
/** A map from streams to their entries. */
const streams: Conversion = (items) => ({ as: '%', items: items.flatMap((item) => (isList(item) ? item : [item])) });
/** XINFO STREAM: with FULL, it lists groups, which list consumers. */
function mapOfMaps(items: readonly Reply[]): Typed {
  const nested = items.map((item, index): Typed => {
    const name = items[index - 1];
    if (index % 2 === 0 || !isList(item) || (name !== 'groups' && name !== 'consumers')) return item;
    return item.map((inner) => (isList(inner) ? mapOfMaps(inner) : inner));
  });
  return { as: '%', items: nested };
}
const coordinates = (item: Reply): Typed => (isList(item) ? item.map(double) : item);
/** GEOSEARCH and GEORADIUS: coordinates are the only lists among the details of a place. */
const places: Conversion = (items) => items.map((item) => (isList(item) ? item.map(coordinates) : item));
/** CLIENT TRACKINGINFO. */
const trackingInfo: Conversion = (items) => ({
  as: '%',
  items: items.map((item, index) => (isList(item) && items[index - 1] === 'flags' ? set(item, []) : item)),
});
/** A map whose lists are maps, too, except its flags. */
const keySpecification: Conversion = (items) => ({
  as: '%',
  items: items.map((item, index) =>
    isList(item) ? (items[index - 1] === 'flags' ? set : keySpecification)(item, []) : item,
  ),
});
/** The indexes of the sets in the description of a command: flags, categories and tips. */
const SETS_OF_COMMAND: ReadonlySet<number> = new Set([2, 6, 7]);
/** The index of its key specifications. */
const KEYS_OF_COMMAND = 8;
/** COMMAND INFO: the subcommands of a command are a list, and a set if there are none. */
function commandInfo(item: Reply): Typed {
  if (!isList(item)) return item;
  return item.map((part, index): Typed => {
    if (!isList(part)) return part;
    if (SETS_OF_COMMAND.has(index) || part.length === 0) return set(part, []);
    if (index !== KEYS_OF_COMMAND) return part.map(commandInfo);
    return { as: '~', items: part.map((spec) => (isList(spec) ? keySpecification(spec, []) : spec)) };
  });
}
const keysAndFlags: Conversion = (items) =>
  items.map((item) => (isList(item) ? item.map((part) => (isList(part) ? set(part, []) : part)) : item));
const described: Conversion = (items, parameters) => {
  const [subcommand = 'INFO'] = parameters.map((parameter) => parameter.toUpperCase());
  if (subcommand === 'INFO') return items.map(commandInfo);
  return subcommand === 'GETKEYSANDFLAGS' ? keysAndFlags(items, parameters) : items;
};
const maps: Conversion = (items) => items.map((item) => (isList(item) ? { as: '%', items: item } : item));

const LISTS: ReadonlyMap<string, Conversion> = new Map<string, Conversion>([
  ['hello', map],
  ['hgetall', map],
  ['lcs', map],
  ['config', (items, parameters) => (hasOption(parameters.slice(0, 1), 'GET') ? map(items, parameters) : items)],
  ['command', described],
  [
    'client',
    (items, parameters) =>
      hasOption(parameters.slice(0, 1), 'TRACKINGINFO') ? trackingInfo(items, parameters) : items,
  ],
  ['smembers', set],
  ['sinter', set],
  ['sunion', set],
  ['sdiff', set],
  ['spop', set],
  [
    'hrandfield',
    (items, parameters) =>
      hasOption(parameters.slice(2), 'WITHVALUES') ? pairs(items, (value) => value ?? null) : items,
  ],
  ['zmscore', doubles],
  ['zpopmin', popped],
  ['zpopmax', popped],
  ['bzpopmin', ([key = null, member = null, score]) => [key, member, double(score)]],
  ['bzpopmax', ([key = null, member = null, score]) => [key, member, double(score)]],
  ['zmpop', poppedOfKey],
  ['bzmpop', poppedOfKey],
  ...['zrange', 'zrevrange', 'zrangebyscore', 'zrevrangebyscore'].map(
    (name) => [name, withOptionalScores(() => 3)] as const,
  ),
  ['zrandmember', withOptionalScores(() => 2)],
  ...['zunion', 'zinter', 'zdiff'].map(
    (name) => [name, withOptionalScores(([numkeys]) => 1 + Number(numkeys))] as const,
  ),
  ['geopos', (items) => items.map(coordinates)],
  ...['geosearch', 'georadius', 'georadius_ro', 'georadiusbymember', 'georadiusbymember_ro'].map(
    (name) => [name, places] as const,
  ),
  ['xread', streams],
  ['xreadgroup', streams],
  ['xinfo', (items, parameters) => (hasOption(parameters.slice(0, 1), 'STREAM') ? mapOfMaps(items) : maps(items, []))],
]);
