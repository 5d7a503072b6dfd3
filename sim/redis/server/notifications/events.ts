/**
 * The keyspace events of each command: what a real server publishes after which commands, and in
 * which order. The classes are those of the setting notify-keyspace-events.
 */
import { word } from '../../model/command.ts';
import type { Reply } from '../../model/reply.ts';

export interface KeyspaceEvent {
  /** A letter, such as `g` for generic and `$` for strings. */
  readonly kind: string;
  readonly name: string;
  readonly key: string;
  readonly database: number;
}

/** What is known of a stream before a command: its length, and the consumers of each group. */
export interface SeenStream {
  readonly length: number;
  readonly consumers: ReadonlyMap<string, ReadonlySet<string>>;
}

/** A command that has been applied. */
export interface Applied {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly reply: Reply;
  /** Keys that were created, changed or removed, in order. */
  readonly changed: readonly { readonly key: string; readonly database: number }[];
  readonly database: number;
  /** Whether the key was there before the command. */
  existed(key: string, database?: number): boolean;
  /** Whether it is there now. */
  exists(key: string, database?: number): boolean;
  streamBefore(key: string): SeenStream | undefined;
  streamNow(key: string): SeenStream | undefined;
}

type Rule = (applied: Applied) => readonly KeyspaceEvent[];

const event = ({ database }: Applied, kind: string, name: string, key = ''): KeyspaceEvent => ({
  kind,
  name,
  key,
  database,
});

/** `del` for a key that the command has emptied. */
function emptied(applied: Applied, key: string): readonly KeyspaceEvent[] {
  return applied.existed(key) && !applied.exists(key) ? [event(applied, 'g', 'del', key)] : [];
}

/** The event for each changed key, then `del` if it is gone. */
const each =
  (kind: string, nameOf: string | ((applied: Applied) => string)): Rule =>
  (applied) => {
    const name = typeof nameOf === 'string' ? nameOf : nameOf(applied);
    return applied.changed.flatMap(({ key }) => [event(applied, kind, name, key), ...emptied(applied, key)]);
  };

/**
 * The event for a key that was stored, or `del` if there was nothing to store. Such a key may have
 * expired before.
 */
const stored =
  (kind: string, name?: string): Rule =>
  (applied) =>
    applied.changed.flatMap(({ key }) =>
      applied.exists(key) ? event(applied, kind, name ?? applied.name, key) : event(applied, 'g', 'del', key),
    );

const isExpiry = (text: string): boolean => ['EX', 'PX', 'EXAT', 'PXAT'].includes(word(text));

const set: Rule = (applied) => {
  const [key] = applied.parameters;
  if (applied.changed.length === 0) return [];
  const expires = applied.name.endsWith('setex') || applied.parameters.slice(2).some(isExpiry);
  return [event(applied, '$', 'set', key), ...(expires ? [event(applied, 'g', 'expire', key)] : [])];
};

const setMany: Rule = (applied) =>
  applied.changed.length === 0
    ? []
    : applied.parameters.flatMap((key, index) => (index % 2 === 0 ? [event(applied, '$', 'set', key)] : []));

const expiring: Rule = (applied) =>
  applied.changed.map(({ key }) => event(applied, 'g', applied.exists(key) ? 'expire' : 'del', key));

const readAndExpire: Rule = (applied) =>
  word(applied.parameters[1]) === 'PERSIST' ? each('g', 'persist')(applied) : expiring(applied);

const renamed: Rule = (applied) => {
  const [from, to] = applied.parameters;
  if (applied.changed.length === 0) return [];
  return [event(applied, 'g', 'rename_from', from), event(applied, 'g', 'rename_to', to)];
};

const inOtherDatabase: Rule = (applied) => {
  const { name, changed, parameters, database } = applied;
  const target = changed.at(-1);
  if (target === undefined) return [];
  const reached = { ...target, kind: 'g', name: `${name}_to` };
  return name === 'copy' ? [reached] : [event({ ...applied, database }, 'g', 'move_from', parameters[0]), reached];
};

/** LMOVE and its variants: the push comes first. */
const moved =
  (sidesOf: (parameters: readonly string[]) => readonly [take: string, give: string]): Rule =>
  (applied) => {
    const [from = '', to] = applied.parameters;
    const [take, give] = sidesOf(applied.parameters);
    if (applied.changed.length === 0) return [];
    return [event(applied, 'l', `${give}push`, to), event(applied, 'l', `${take}pop`, from), ...emptied(applied, from)];
  };

const side = (text: string | undefined): string => (word(text) === 'LEFT' ? 'l' : 'r');
const fromRightToLeft = moved(() => ['r', 'l']);
const bySides = moved(([, , take, give]) => [side(take), side(give)]);

/** The event of LMPOP and ZMPOP follows from a keyword behind the keys. */
const popped = (kind: string, names: Readonly<Record<string, string>>): Rule =>
  each(kind, ({ name, parameters }) => {
    const at = name.startsWith('b') ? 1 : 0;
    return names[word(parameters[at + 1 + Number(parameters[at])])] ?? '';
  });

const setMoved: Rule = (applied) => {
  const [from = '', to] = applied.parameters;
  if (applied.changed.length === 0) return [];
  const added = applied.changed.some(({ key }) => key === to) ? [event(applied, 's', 'sadd', to)] : [];
  return [event(applied, 's', 'srem', from), ...emptied(applied, from), ...added];
};

const added: Rule = (applied) => {
  const [key = ''] = applied.parameters;
  if (applied.changed.length === 0) return [];
  const [before, now] = [applied.streamBefore(key)?.length ?? 0, applied.streamNow(key)?.length ?? 0];
  const trimmed = now < before + 1 ? [event(applied, 't', 'xtrim', key)] : [];
  return [event(applied, 't', 'xadd', key), ...trimmed];
};

const hasConsumer = (stream: SeenStream | undefined, group = '', consumer = ''): boolean =>
  stream?.consumers.get(group)?.has(consumer) === true;

/** The consumer was created by the command. */
const createdConsumer =
  (of: (applied: Applied) => { keys: readonly string[]; group?: string; consumer?: string }): Rule =>
  (applied) => {
    const { keys, group, consumer } = of(applied);
    return [...new Set(keys)].flatMap((key) =>
      !hasConsumer(applied.streamBefore(key), group, consumer) && hasConsumer(applied.streamNow(key), group, consumer)
        ? [event(applied, 't', 'xgroup-createconsumer', key)]
        : [],
    );
  };

const group: Rule = (applied) => {
  const [subcommand = '', key = '', name, consumer] = applied.parameters;
  const what = subcommand.toLowerCase();
  const [before, now] = [applied.streamBefore(key), applied.streamNow(key)];
  const isDone =
    what === 'create' || what === 'setid'
      ? typeof applied.reply === 'object' && !(applied.reply instanceof Error)
      : what === 'delconsumer'
        ? hasConsumer(before, name, consumer)
        : what === 'createconsumer'
          ? !hasConsumer(before, name, consumer) && hasConsumer(now, name, consumer)
          : applied.reply === 1;
  return isDone ? [event(applied, 't', `xgroup-${what}`, key)] : [];
};

const readByGroup = createdConsumer(({ parameters: [, name = '', consumer = '', ...rest] }) => {
  const streams = rest.slice(rest.findIndex((text) => word(text) === 'STREAMS') + 1);
  return { keys: streams.slice(0, streams.length / 2), group: name, consumer };
});
const claimed = createdConsumer(({ parameters: [key = '', name = '', consumer = ''] }) => ({
  keys: [key],
  group: name,
  consumer,
}));

const setId: Rule = (applied) =>
  applied.reply instanceof Error ? [] : [event(applied, 't', 'xsetid', applied.parameters[0])];

const under = (rule: Rule, ...names: readonly string[]): [string, Rule][] => names.map((name) => [name, rule]);
/** Events that have the name of their command. */
const named = (kind: string, ...names: readonly string[]): [string, Rule][] =>
  names.map((name) => [name, each(kind, name)]);

const ADDED_TO_SORTED_SET = each('z', ({ parameters }) =>
  parameters.slice(1).some((text) => word(text) === 'INCR') ? 'zincr' : 'zadd',
);

export const RULES: ReadonlyMap<string, Rule> = new Map([
  ...under(set, 'set', 'setex', 'psetex', 'setnx', 'getset'),
  ...under(setMany, 'mset', 'msetnx'),
  ...named('$', 'append', 'setrange', 'setbit', 'incrbyfloat', 'pfadd'),
  ...under(each('$', 'incrby'), 'incr', 'incrby', 'decr', 'decrby'),
  ...under(each('$', 'setbit'), 'bitfield'),
  ...under(each('$', 'pfadd'), 'pfmerge'),
  ...under(stored('$', 'set'), 'bitop'),
  ...under(stored('g', 'del'), 'del', 'unlink', 'getdel'),
  ...under(readAndExpire, 'getex'),
  ...under(expiring, 'expire', 'pexpire', 'expireat', 'pexpireat'),
  ...under(each('g', 'persist'), 'persist'),
  ...under(renamed, 'rename', 'renamenx'),
  ...under(inOtherDatabase, 'copy', 'move'),
  ...under(stored('l', 'sortstore'), 'sort'),
  ...named('h', 'hset', 'hincrby', 'hincrbyfloat', 'hdel'),
  ...under(each('h', 'hset'), 'hmset', 'hsetnx'),
  ...named('l', 'lpush', 'rpush', 'lpop', 'rpop', 'lset', 'linsert', 'lrem', 'ltrim'),
  ...under(each('l', 'lpush'), 'lpushx'),
  ...under(each('l', 'rpush'), 'rpushx'),
  ...under(each('l', 'lpop'), 'blpop'),
  ...under(each('l', 'rpop'), 'brpop'),
  ...under(popped('l', { LEFT: 'lpop', RIGHT: 'rpop' }), 'lmpop', 'blmpop'),
  ...under(fromRightToLeft, 'rpoplpush', 'brpoplpush'),
  ...under(bySides, 'lmove', 'blmove'),
  ...named('s', 'sadd', 'srem', 'spop'),
  ...under(setMoved, 'smove'),
  ...under(stored('s'), 'sinterstore', 'sunionstore', 'sdiffstore'),
  ...under(ADDED_TO_SORTED_SET, 'zadd'),
  ...under(each('z', 'zadd'), 'geoadd'),
  ...under(each('z', 'zincr'), 'zincrby'),
  ...named('z', 'zrem', 'zremrangebyrank', 'zremrangebyscore', 'zremrangebylex', 'zpopmin', 'zpopmax'),
  ...under(each('z', 'zpopmin'), 'bzpopmin'),
  ...under(each('z', 'zpopmax'), 'bzpopmax'),
  ...under(popped('z', { MIN: 'zpopmin', MAX: 'zpopmax' }), 'zmpop', 'bzmpop'),
  ...under(stored('z'), 'zunionstore', 'zinterstore', 'zdiffstore', 'zrangestore', 'geosearchstore'),
  ...under(stored('z', 'georadiusstore'), 'georadius', 'georadiusbymember'),
  ...under(added, 'xadd'),
  ...named('t', 'xdel', 'xtrim'),
  ...under(setId, 'xsetid'),
  ...under(group, 'xgroup'),
  ...under(readByGroup, 'xreadgroup'),
  ...under(claimed, 'xclaim', 'xautoclaim'),
]);
