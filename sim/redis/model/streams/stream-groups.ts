/** Commands on consumer groups: XGROUP, XACK and XPENDING. */
import { compareTexts } from '../bytes.ts';
import { type Command, type Commands, integer, SYNTAX, type CommandContext, wideInteger, word } from '../command.ts';
import { errorText } from '../error-text.ts';
import { fail, NULL_LIST, OK, type Reply } from '../reply.ts';
import { type Group, Stream } from './stream.ts';
import { compareIds, formatId, type StreamId, ZERO } from './stream-id.ts';
import { boundOf, idOf, idOrEndOf } from './stream-ids.ts';
import { createGroup, inOrder, pendingOf } from './stream-pending.ts';
import type { Wide } from '../numbers/wide.ts';

const NO_STREAM =
  'ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to create an empty stream automatically.';

/** The group of a command such as XPENDING. */
export function groupAt(key: string, name: string, { keys }: CommandContext): { stream: Stream; group: Group } {
  const stream = keys.stream(key);
  const group = stream?.groups.get(name);
  if (stream === undefined || group === undefined)
    return fail(errorText`NOGROUP No such key '${key}' or consumer group '${name}'`);
  return { stream, group };
}

/** The group of a command such as XGROUP SETID. */
export function groupOf(stream: Stream, key: string, name: string): Group {
  return stream.groups.get(name) ?? fail(errorText`NOGROUP No such consumer group '${name}' for key name '${key}'`);
}

function unknownSubcommand(subcommand: string): never {
  return fail(`ERR unknown subcommand or wrong number of arguments for '${subcommand}'. Try XGROUP HELP.`);
}

/** With more words behind it, even valid ones, XGROUP CREATE is an unknown subcommand. */
const CREATE_OPTIONS_MAX = 3;

/** Parses the options behind the identifier of XGROUP CREATE and SETID. */
function groupOptions(
  subcommand: 'create' | 'setid',
  options: readonly string[],
): { mayCreate: boolean; entriesRead: Wide | null } {
  let [mayCreate, entriesRead] = [false, null as Wide | null];
  for (let index = 0; index < options.length; index += 1) {
    const option = word(options[index]);
    if (subcommand === 'create' && option === 'MKSTREAM') mayCreate = true;
    else if (option === 'ENTRIESREAD' && index + 1 < options.length) {
      const value = wideInteger(options[(index += 1)]);
      if (value < -1) fail('ERR value for ENTRIESREAD must be positive or -1');
      entriesRead = value === -1 ? null : value;
    } else unknownSubcommand(subcommand.toUpperCase());
  }
  return { mayCreate, entriesRead };
}

const streamAt = (key: string, { keys }: CommandContext): Stream => keys.stream(key) ?? fail(NO_STREAM);

const GROUP_COMMANDS: Readonly<Record<string, Command>> = {
  create([key = '', name = '', id, ...options], { keys }) {
    const { mayCreate, entriesRead } = groupOptions('create', options);
    const found = keys.stream(key);
    if (found === undefined && !mayCreate) fail(NO_STREAM);
    if (options.length > CREATE_OPTIONS_MAX) unknownSubcommand('CREATE');
    const lastDelivered = id === '$' ? (found?.lastId ?? ZERO) : idOf(id);
    if (found?.groups.has(name) === true) fail('BUSYGROUP Consumer Group name already exists');
    const stream = keys.orNew(key, found, () => new Stream());
    stream.groups.set(name, createGroup(lastDelivered, entriesRead));
    // A new group is not a change of the stream, for connections that watch it.
    if (found === undefined) keys.changed(key);
    return OK;
  },
  setid([key = '', name = '', id, ...options], context) {
    const { entriesRead } = groupOptions('setid', options);
    const stream = streamAt(key, context);
    const group = groupOf(stream, key, name);
    group.lastDelivered = id === '$' ? stream.lastId : idOrEndOf(id);
    group.entriesRead = entriesRead;
    return OK;
  },
  destroy([key = '', name = ''], context) {
    if (!streamAt(key, context).groups.delete(name)) return 0;
    context.keys.streamIsReady(key);
    return 1;
  },
  createconsumer([key = '', name = '', consumer = ''], context) {
    const group = groupOf(streamAt(key, context), key, name);
    if (group.consumers.has(consumer)) return 0;
    group.consumers.set(consumer, context.nowMs());
    return 1;
  },
  delconsumer([key = '', name = '', consumer = ''], context) {
    const group = groupOf(streamAt(key, context), key, name);
    group.consumers.delete(consumer);
    const own = pendingOf(group, consumer);
    for (const { id } of own) group.pending.delete(formatId(id));
    return own.length;
  },
};

interface PendingRange {
  readonly low: StreamId;
  readonly high: StreamId;
  readonly count: number;
  readonly idleMs: number;
  readonly consumer: string | undefined;
}

/** Parses `[IDLE ms] start end count [consumer]`. Null without parameters. */
function pendingRange(parameters: readonly string[]): PendingRange | null {
  if (parameters.length === 0) return null;
  if (parameters.length < 3 || parameters.length > 6) return fail(SYNTAX);
  const hasIdle = word(parameters[0]) === 'IDLE';
  const idleMs = hasIdle ? integer(parameters[1]) : 0;
  if (hasIdle && parameters.length < 5) return fail(SYNTAX);
  const [from, to, countText, consumer] = hasIdle ? parameters.slice(2) : parameters;
  const count = Math.max(0, integer(countText));
  return { low: boundOf(from, true), high: boundOf(to, false), count, idleMs, consumer };
}

function summary(group: Group): Reply {
  const all = inOrder(group);
  const counts = new Map<string, number>();
  for (const { consumer } of all) counts.set(consumer, (counts.get(consumer) ?? 0) + 1);
  const [first, last] = [all[0], all.at(-1)];
  if (first === undefined || last === undefined) return [0, null, null, NULL_LIST];
  const shown = [...counts].sort(byName).map(([consumer, count]) => [consumer, String(count)]);
  return [all.length, formatId(first.id), formatId(last.id), shown];
}

/** Compares entries of a map by their names, as Redis orders groups and consumers. */
export function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return compareTexts(one, other);
}

function pending([key = '', name = '', ...parameters]: readonly string[], context: CommandContext): Reply {
  const range = pendingRange(parameters);
  const { group } = groupAt(key, name, context);
  if (range === null) return summary(group);
  const { low, high, count, idleMs, consumer } = range;
  return inOrder(group)
    .filter((one) => compareIds(one.id, low) >= 0 && compareIds(one.id, high) <= 0)
    .filter((one) => consumer === undefined || one.consumer === consumer)
    .filter((one) => idleMs === 0 || context.nowMs() - one.deliveredAtMs >= idleMs)
    .slice(0, count)
    .map((one) => [formatId(one.id), one.consumer, context.nowMs() - one.deliveredAtMs, one.deliveries]);
}

export const STREAM_GROUPS: Commands = {
  xgroup([subcommand = '', ...parameters], context) {
    const command = GROUP_COMMANDS[subcommand.toLowerCase()];
    if (command === undefined) return fail(`ERR unknown subcommand '${subcommand}'. Try XGROUP HELP.`);
    return command(parameters, context);
  },
  xack([key = '', name = '', ...ids], { keys }) {
    const group = keys.stream(key)?.groups.get(name);
    if (group === undefined) return 0;
    const names = ids.map((id) => formatId(idOf(id)));
    return names.filter((id) => group.pending.delete(id)).length;
  },
  xpending: pending,
};
