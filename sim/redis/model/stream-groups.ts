/** Commands on consumer groups: deliveries to consumers, and entries that are not acknowledged. */
import { type Command, type Commands, integer, SYNTAX, type CommandContext, word } from './command.ts';
import { fail, OK, type Reply, Wait } from './reply.ts';
import {
  compareIds,
  formatId,
  type Group,
  type Pending,
  Stream,
  type StreamEntry,
  type StreamId,
  ZERO,
} from './stream.ts';
import { boundOf, idOf } from './stream-ids.ts';
import { readOptions, show } from './streams.ts';

const NO_STREAM =
  'ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to create an empty stream automatically.';

function groupAt(key: string, name: string, { keys }: CommandContext): { stream: Stream; group: Group } {
  const stream = keys.stream(key);
  const group = stream?.groups.get(name);
  if (stream === undefined || group === undefined)
    return fail(`NOGROUP No such key '${key}' or consumer group '${name}'`);
  return { stream, group };
}

/** Records that the consumer received the entry now. */
function deliver(group: Group, consumer: string, id: StreamId, nowMs: number): void {
  const name = formatId(id);
  const deliveries = (group.pending.get(name)?.deliveries ?? 0) + 1;
  group.pending.set(name, { id, consumer, deliveredAtMs: nowMs, deliveries });
}

/** Returns pending entries, oldest first. */
const inOrder = ({ pending }: Group): Pending[] =>
  [...pending.values()].sort((one, other) => compareIds(one.id, other.id));

function readNew(
  stream: Stream,
  group: Group,
  consumer: string,
  count: number,
  nowMs: number | null,
): readonly StreamEntry[] {
  const entries = stream.after(group.lastDelivered, count);
  for (const { id } of entries) {
    group.lastDelivered = id;
    if (nowMs !== null) deliver(group, consumer, id, nowMs);
  }
  return entries;
}

/**
 * Delivers the consumer's pending entries again. For a deleted entry only the identifier is left.
 */
function readPending(
  stream: Stream,
  group: Group,
  consumer: string,
  after: StreamId,
  count: number,
  nowMs: number,
): Reply {
  const own = inOrder(group).filter((one) => one.consumer === consumer && compareIds(one.id, after) > 0);
  return own.slice(0, count).map((one): Reply => {
    one.deliveredAtMs = nowMs;
    one.deliveries += 1;
    const entry = stream.find(one.id);
    return entry === undefined ? [formatId(one.id), null] : show(entry);
  });
}

function readGroup(parameters: readonly string[], context: CommandContext): Reply | Wait {
  const { keys, mayWait, nowMs } = context;
  const [keyword, name = '', consumer = '', ...rest] = parameters;
  if (word(keyword) !== 'GROUP') fail(SYNTAX);
  const options = readOptions(rest, 'xreadgroup');
  const found: Reply[] = [];
  for (const [key, id] of options.streams) {
    const stream = keys.stream(key);
    const group = stream?.groups.get(name);
    if (stream === undefined || group === undefined)
      return fail(`NOGROUP No such key '${key}' or consumer group '${name}' in XREADGROUP with GROUP option`);
    if (id === '$')
      fail(
        'ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by specifying a proper ID, or use the > ID to get new messages. The $ ID would just return an empty result set.',
      );
    group.consumers.set(consumer, nowMs());
    if (id !== '>') found.push([key, readPending(stream, group, consumer, idOf(id), options.count, nowMs())]);
    else {
      const entries = readNew(stream, group, consumer, options.count, options.noAck ? null : nowMs());
      if (entries.length > 0) found.push([key, entries.map(show)]);
    }
  }
  if (found.length > 0) return found;
  if (options.blockMs === null || !mayWait) return null;
  return new Wait(
    options.streams.map(([key]) => key),
    options.blockMs,
    parameters,
  );
}

const GROUP_COMMANDS: Readonly<Record<string, Command>> = {
  create([key = '', name = '', id = '', ...options], { keys }) {
    const found = keys.stream(key);
    if (found === undefined && !options.some((option) => word(option) === 'MKSTREAM')) fail(NO_STREAM);
    const lastDelivered = id === '$' ? (found?.lastId ?? ZERO) : idOf(id);
    if (found?.groups.has(name) === true) fail('BUSYGROUP Consumer Group name already exists');
    const stream = keys.orNew(key, found, () => new Stream());
    stream.groups.set(name, { lastDelivered, consumers: new Map(), pending: new Map() });
    keys.changed(key);
    return OK;
  },
  setid([key = '', name = '', id = ''], context) {
    const { stream, group } = inGroup(key, name, context);
    group.lastDelivered = id === '$' ? stream.lastId : idOf(id);
    return OK;
  },
  destroy([key = '', name = ''], { keys }) {
    const stream = keys.stream(key) ?? fail(NO_STREAM);
    return stream.groups.delete(name) ? 1 : 0;
  },
  createconsumer([key = '', name = '', consumer = ''], context) {
    const { group } = inGroup(key, name, context);
    if (group.consumers.has(consumer)) return 0;
    group.consumers.set(consumer, context.nowMs());
    return 1;
  },
  delconsumer([key = '', name = '', consumer = ''], context) {
    const { group } = inGroup(key, name, context);
    group.consumers.delete(consumer);
    const own = [...group.pending].filter(([, one]) => one.consumer === consumer);
    for (const [id] of own) group.pending.delete(id);
    return own.length;
  },
};

function inGroup(key: string, name: string, { keys }: CommandContext): { stream: Stream; group: Group } {
  const stream = keys.stream(key) ?? fail(NO_STREAM);
  const group = stream.groups.get(name) ?? fail(`NOGROUP No such consumer group '${name}' for key name '${key}'`);
  return { stream, group };
}

function pendingOf([key = '', name = '', ...options]: readonly string[], context: CommandContext): Reply {
  const { group } = groupAt(key, name, context);
  const all = inOrder(group);
  if (options.length === 0) {
    const counts = new Map<string, number>();
    for (const { consumer } of all) counts.set(consumer, (counts.get(consumer) ?? 0) + 1);
    const [first, last] = [all[0], all.at(-1)];
    if (first === undefined || last === undefined) return [0, null, null, null];
    const shown = [...counts].sort().map(([consumer, count]) => [consumer, String(count)]);
    return [all.length, formatId(first.id), formatId(last.id), shown];
  }
  const hasIdle = word(options[0]) === 'IDLE';
  const idleMs = hasIdle ? integer(options[1]) : 0;
  const [from, to, count, consumer] = hasIdle ? options.slice(2) : options;
  const [low, high] = [boundOf(from, true), boundOf(to, false)];
  return all
    .filter((one) => compareIds(one.id, low) >= 0 && compareIds(one.id, high) <= 0)
    .filter((one) => consumer === undefined || one.consumer === consumer)
    .filter((one) => context.nowMs() - one.deliveredAtMs >= idleMs)
    .slice(0, Math.max(0, integer(count)))
    .map((one) => [formatId(one.id), one.consumer, context.nowMs() - one.deliveredAtMs, one.deliveries]);
}

interface Claim {
  readonly key: string;
  readonly consumer: string;
  readonly justId: boolean;
  readonly force: boolean;
}

/** Moves pending entries to another consumer. Drops deleted entries. */
function take(claim: Claim, stream: Stream, group: Group, ids: readonly StreamId[], { nowMs }: CommandContext) {
  const [taken, deleted]: [Reply[], Reply[]] = [[], []];
  group.consumers.set(claim.consumer, nowMs());
  for (const id of ids) {
    const name = formatId(id);
    const entry = stream.find(id);
    const one = group.pending.get(name);
    if (entry === undefined) {
      if (group.pending.delete(name)) deleted.push(name);
      continue;
    }
    if (one === undefined && !claim.force) continue;
    const deliveries = (one?.deliveries ?? 0) + (claim.justId ? 0 : 1);
    group.pending.set(name, { id, consumer: claim.consumer, deliveredAtMs: nowMs(), deliveries });
    taken.push(claim.justId ? name : show(entry));
  }
  return { taken, deleted };
}

function claim(
  [key = '', name = '', consumer = '', minIdle, ...rest]: readonly string[],
  context: CommandContext,
): Reply {
  const { stream, group } = groupAt(key, name, context);
  const idleMs = integer(minIdle, 'ERR Invalid min-idle-time argument for XCLAIM');
  const first = rest.findIndex((parameter) => !/^\d+(-\d+)?$/.test(parameter));
  const options = first < 0 ? [] : rest.slice(first).map(word);
  const unknown = options.find((option) => option !== 'JUSTID' && option !== 'FORCE');
  if (unknown !== undefined) fail(`ERR Unrecognized XCLAIM option '${unknown}'`);
  const ids = rest.slice(0, first < 0 ? undefined : first).map((id) => idOf(id));
  const ready = ids.filter((id) => {
    const one = group.pending.get(formatId(id));
    return one === undefined || context.nowMs() - one.deliveredAtMs >= idleMs;
  });
  const how = { key, consumer, justId: options.includes('JUSTID'), force: options.includes('FORCE') };
  return take(how, stream, group, ready, context).taken;
}

function autoClaim(parameters: readonly string[], context: CommandContext): Reply {
  const [key = '', name = '', consumer = '', minIdle, start, ...options] = parameters;
  const { stream, group } = groupAt(key, name, context);
  const idleMs = integer(minIdle, 'ERR Invalid min-idle-time argument for XAUTOCLAIM');
  const countAt = options.findIndex((option) => word(option) === 'COUNT');
  const count = countAt < 0 ? 100 : integer(options[countAt + 1]);
  const low = boundOf(start, true);
  const from = inOrder(group).filter((one) => compareIds(one.id, low) >= 0);
  const ready = from.filter((one) => context.nowMs() - one.deliveredAtMs >= idleMs).slice(0, count);
  const rest = ready.length < count ? undefined : from[from.indexOf(ready.at(-1) as Pending) + 1];
  const how = { key, consumer, justId: options.some((option) => word(option) === 'JUSTID'), force: false };
  const { taken, deleted } = take(
    how,
    stream,
    group,
    ready.map(({ id }) => id),
    context,
  );
  return [formatId(rest?.id ?? ZERO), taken, deleted];
}

export const STREAM_GROUPS: Commands = {
  xreadgroup: readGroup,
  xgroup([subcommand = '', ...parameters], context) {
    const command = GROUP_COMMANDS[subcommand.toLowerCase()];
    if (command === undefined) return fail(`ERR unknown subcommand '${subcommand}'. Try XGROUP HELP.`);
    return command(parameters, context);
  },
  xack([key = '', name = '', ...ids], { keys }) {
    const group = keys.stream(key)?.groups.get(name);
    const names = ids.map((id) => formatId(idOf(id)));
    return names.filter((id) => group?.pending.delete(id) === true).length;
  },
  xpending: pendingOf,
  xclaim: claim,
  xautoclaim: autoClaim,
  xinfo([subcommand = '', key = '', name = ''], context) {
    const stream = context.keys.stream(key) ?? fail('ERR no such key');
    const kind = subcommand.toLowerCase();
    if (kind === 'stream') return streamInfo(stream);
    if (kind === 'groups') return [...stream.groups].map(([group, info]) => groupInfo(stream, group, info));
    if (kind !== 'consumers') fail(`ERR unknown subcommand '${subcommand}'. Try XINFO HELP.`);
    const { group } = inGroup(key, name, context);
    return [...group.consumers].sort().map(([consumer, seenAtMs]) => {
      const pending = [...group.pending.values()].filter((one) => one.consumer === consumer).length;
      return ['name', consumer, 'pending', pending, 'idle', context.nowMs() - seenAtMs];
    });
  },
};

function streamInfo(stream: Stream): Reply {
  const [first, last] = [stream.entries[0], stream.entries.at(-1)];
  return [
    ...['length', stream.entries.length, 'radix-tree-keys', 1, 'radix-tree-nodes', 2],
    ...['last-generated-id', formatId(stream.lastId), 'max-deleted-entry-id', formatId(stream.maxDeletedId)],
    ...['entries-added', stream.added, 'recorded-first-entry-id', formatId(first?.id ?? ZERO)],
    ...['groups', stream.groups.size],
    ...['first-entry', first === undefined ? null : show(first), 'last-entry', last === undefined ? null : show(last)],
  ];
}

function groupInfo(stream: Stream, name: string, { consumers, pending, lastDelivered }: Group): Reply {
  const lag = stream.after(lastDelivered).length;
  const read = compareIds(lastDelivered, ZERO) === 0 ? null : stream.added - lag;
  return [
    ...['name', name, 'consumers', consumers.size, 'pending', pending.size],
    ...['last-delivered-id', formatId(lastDelivered), 'entries-read', read, 'lag', lag],
  ];
}
