/** XREAD and XREADGROUP, which may wait for new entries. */
import { type Commands, integer, SYNTAX, type CommandContext, word } from '../command.ts';
import { errorText } from '../error-text.ts';
import { fail, NULL_LIST, RedisError, type Reply, Wait } from '../reply.ts';
import { type Group, Stream } from './stream.ts';
import { compareIds, formatId, GREATEST, type StreamId, ZERO } from './stream-id.ts';
import { idOf } from './stream-ids.ts';
import { noteActive, pendingOf, readNew } from './stream-pending.ts';
import { show } from './streams.ts';
import { plus } from '../numbers/wide.ts';
import { timeoutFromMs } from '../timeouts.ts';

/** The most entries that a command which had to wait receives, unless it has a count. */
const AWAITED_MAX = 1000;

interface ReadOptions {
  count: number;
  /** Null when the command does not block. 0: no timeout. */
  blockMs: number | null;
  acknowledges: boolean;
  group: { readonly name: string; readonly consumer: string } | null;
  streams: readonly (readonly [key: string, id: string])[];
}

function streamsOf(parameters: readonly string[]): ReadOptions['streams'] {
  if (parameters.length % 2 !== 0)
    fail("ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.");
  const half = parameters.length / 2;
  return parameters.slice(0, half).map((key, index) => [key, parameters[half + index] ?? '']);
}

const onlyFor = (option: string): never =>
  fail(`ERR The ${option} option is only supported by XREADGROUP. You called XREAD instead.`);

function readOptions(parameters: readonly string[], isGroup: boolean): ReadOptions {
  const options: ReadOptions = { count: Infinity, blockMs: null, acknowledges: true, group: null, streams: [] };
  for (let index = 0; index < parameters.length; index += 1) {
    const option = word(parameters[index]);
    const following = parameters.length - 1 - index;
    if (option === 'BLOCK' && following > 0) options.blockMs = timeoutFromMs(parameters[(index += 1)]);
    else if (option === 'COUNT' && following > 0) {
      const count = integer(parameters[(index += 1)]);
      options.count = count <= 0 ? Infinity : count;
    } else if (option === 'GROUP' && following > 1) {
      if (!isGroup) onlyFor(option);
      options.group = { name: parameters[index + 1] ?? '', consumer: parameters[index + 2] ?? '' };
      index += 2;
    } else if (option === 'NOACK') {
      if (!isGroup) onlyFor(option);
      options.acknowledges = false;
    } else if (option === 'STREAMS' && following > 0) {
      options.streams = streamsOf(parameters.slice(index + 1));
      break;
    } else fail(SYNTAX);
  }
  if (options.streams.length === 0) fail(SYNTAX);
  if (isGroup && options.group === null) fail('ERR Missing GROUP option for XREADGROUP');
  return options;
}

function read(parameters: readonly string[], context: CommandContext): Reply | Wait {
  const { keys, mayWait } = context;
  const { count, blockMs, streams } = readOptions(parameters, false);
  const requests = streams.map(([key, id]): { key: string; after: StreamId } => {
    const stream = keys.readStream(key);
    if (id === '$') return { key, after: stream?.lastId ?? ZERO };
    if (id === '>')
      return fail(
        'ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.',
      );
    return { key, after: idOf(id) };
  });
  // Redis looks each key up a second time, so a key that is not there is missed twice.
  const found = requests.flatMap(({ key, after }): Reply[] => {
    const stream = keys.readStream(key);
    return stream?.hasAfter(after) === true ? [[key, stream.after(after, count).map(show)]] : [];
  });
  if (found.length > 0) return found;
  if (blockMs === null || !mayWait) return NULL_LIST;
  const positions = new Map(requests.map(({ key, after }) => [key, after]));
  const serve = (key: string): Reply | undefined => {
    const stream = keys.value(key);
    const after = positions.get(key) ?? ZERO;
    if (!(stream instanceof Stream) || compareIds(stream.lastId, after) <= 0) return undefined;
    return [[key, stream.after(after, count === Infinity ? AWAITED_MAX : count).map(show)]];
  };
  return new Wait({ keys: [...positions.keys()], kind: 'stream', timeoutMs: blockMs, serve });
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
  const own = pendingOf(group, consumer).filter((one) => compareIds(one.id, after) > 0);
  return own.slice(0, count).map((one): Reply => {
    const entry = stream.find(one.id);
    if (entry === undefined) return [formatId(one.id), NULL_LIST];
    one.deliveredAtMs = nowMs;
    one.deliveries = plus(one.deliveries, 1);
    return show(entry);
  });
}

interface GroupRequest {
  readonly key: string;
  readonly stream: Stream;
  readonly group: Group;
  /** Null for new entries: for `>` or the greatest identifier. */
  readonly after: StreamId | null;
}

function requestOf(key: string, id: string, name: string, { keys }: CommandContext): GroupRequest {
  const stream = keys.readStream(key);
  const group = stream?.groups.get(name);
  if (stream === undefined || group === undefined)
    return fail(errorText`NOGROUP No such key '${key}' or consumer group '${name}' in XREADGROUP with GROUP option`);
  if (id === '$')
    fail(
      'ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by specifying a proper ID, or use the > ID to get new messages. The $ ID would just return an empty result set.',
    );
  const after = id === '>' ? GREATEST : idOf(id);
  return { key, stream, group, after: compareIds(after, GREATEST) === 0 ? null : after };
}

function readGroup(parameters: readonly string[], context: CommandContext): Reply | Wait {
  const { keys, mayWait, nowMs } = context;
  const options = readOptions(parameters, true);
  const { count, blockMs, acknowledges } = options;
  const { name = '', consumer = '' } = options.group ?? {};
  const deliver = (stream: Stream, group: Group, most: number): Reply =>
    readNew(stream, group, consumer, most, acknowledges ? nowMs() : null).map(show);
  const requests = options.streams.map(([key, id]) => requestOf(key, id, name, context));
  const found = requests.flatMap(({ key, stream, group, after }): Reply[] => {
    if (after === null && !stream.hasAfter(group.lastDelivered)) return [];
    noteActive(group, consumer, nowMs());
    if (after === null) return [[key, deliver(stream, group, count)]];
    return [[key, readPending(stream, group, consumer, after, count, nowMs())]];
  });
  if (found.length > 0) return found;
  if (blockMs === null || !mayWait) return NULL_LIST;
  const serve = (key: string): Reply | undefined => {
    const stream = keys.value(key);
    if (!(stream instanceof Stream)) return new RedisError('UNBLOCKED the stream key no longer exists');
    const group = stream.groups.get(name);
    if (group === undefined)
      return new RedisError('NOGROUP the consumer group this client was blocked on no longer exists');
    if (compareIds(stream.lastId, group.lastDelivered) <= 0) return undefined;
    noteActive(group, consumer, nowMs());
    return [[key, deliver(stream, group, count === Infinity ? AWAITED_MAX : count)]];
  };
  return new Wait({ keys: requests.map(({ key }) => key), kind: 'stream', timeoutMs: blockMs, serve });
}

export const STREAM_READS: Commands = { xread: read, xreadgroup: readGroup };
