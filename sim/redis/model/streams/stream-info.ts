/** XINFO */
import { type Commands, integer, type CommandContext, word } from '../command.ts';
import { fail, type Reply } from '../reply.ts';
import type { Group, Stream, StreamEntry } from './stream.ts';
import { formatId } from './stream-id.ts';
import { byName, groupOf } from './stream-groups.ts';
import { inOrder, lagOf, pendingOf } from './stream-pending.ts';
import { treeSize } from './stream-nodes.ts';
import { show } from './streams.ts';

/** Entries that XINFO STREAM FULL shows. */
const DEFAULT_COUNT = 10;

const shown = (entry: StreamEntry | undefined): Reply => (entry === undefined ? null : show(entry));

function headOf(stream: Stream): Reply[] {
  const { nodes } = stream;
  const tree = ['radix-tree-keys', nodes.length, 'radix-tree-nodes', treeSize(nodes.map(({ firstId }) => firstId))];
  return [
    ...['length', stream.entries.length, ...tree],
    ...['last-generated-id', formatId(stream.lastId), 'max-deleted-entry-id', formatId(stream.maxDeletedId)],
    ...['entries-added', stream.added, 'recorded-first-entry-id', formatId(stream.firstId)],
  ];
}

function streamInfo(stream: Stream): Reply {
  return [
    ...headOf(stream),
    ...['groups', stream.groups.size],
    ...['first-entry', shown(stream.entries[0]), 'last-entry', shown(stream.entries.at(-1))],
  ];
}

const mostOf = <T>(items: readonly T[], count: number): readonly T[] => (count === 0 ? items : items.slice(0, count));

function wholeInfo(stream: Stream, count: number): Reply {
  const groups = [...stream.groups].sort(byName).map(([name, group]): Reply => {
    const pending = mostOf(inOrder(group), count);
    return [
      ...['name', name, 'last-delivered-id', formatId(group.lastDelivered)],
      ...['entries-read', group.entriesRead, 'lag', lagOf(stream, group), 'pel-count', group.pending.size],
      ...['pending', pending.map((one) => [formatId(one.id), one.consumer, one.deliveredAtMs, one.deliveries])],
      ...['consumers', [...group.consumers].sort(byName).map((consumer) => wholeConsumer(group, consumer, count))],
    ];
  });
  return [...headOf(stream), 'entries', mostOf(stream.entries, count).map(show), 'groups', groups];
}

function wholeConsumer(group: Group, [name, seenAtMs]: readonly [string, number], count: number): Reply {
  const own = pendingOf(group, name);
  return [
    ...['name', name, 'seen-time', seenAtMs, 'pel-count', own.length],
    ...['pending', mostOf(own, count).map((one) => [formatId(one.id), one.deliveredAtMs, one.deliveries])],
  ];
}

function groupInfo(stream: Stream, name: string, group: Group): Reply {
  const { consumers, pending, lastDelivered, entriesRead } = group;
  return [
    ...['name', name, 'consumers', consumers.size, 'pending', pending.size],
    ...['last-delivered-id', formatId(lastDelivered), 'entries-read', entriesRead, 'lag', lagOf(stream, group)],
  ];
}

function consumersInfo(group: Group, { nowMs }: CommandContext): Reply {
  return [...group.consumers].sort(byName).map(([consumer, seenAtMs]) => {
    const { length } = pendingOf(group, consumer);
    return ['name', consumer, 'pending', length, 'idle', nowMs() - seenAtMs];
  });
}

function unknownSubcommand(subcommand: string): never {
  return fail(`ERR unknown subcommand or wrong number of arguments for '${subcommand}'. Try XINFO HELP.`);
}

export const STREAM_INFO: Commands = {
  xinfo([subcommand = '', key = '', ...options], context) {
    const kind = subcommand.toLowerCase();
    if (!['stream', 'groups', 'consumers'].includes(kind))
      return fail(`ERR unknown subcommand '${subcommand}'. Try XINFO HELP.`);
    const stream = context.keys.stream(key) ?? fail('ERR no such key');
    if (kind === 'groups') return [...stream.groups].sort(byName).map((named) => groupInfo(stream, ...named));
    if (kind === 'consumers') return consumersInfo(groupOf(stream, key, options[0] ?? ''), context);
    if (options.length === 0) return streamInfo(stream);
    if (word(options[0]) !== 'FULL' || (options.length !== 1 && options.length !== 3)) unknownSubcommand(subcommand);
    if (options.length === 1) return wholeInfo(stream, DEFAULT_COUNT);
    if (word(options[1]) !== 'COUNT') unknownSubcommand(subcommand);
    const count = integer(options[2]);
    return wholeInfo(stream, count < 0 ? DEFAULT_COUNT : count);
  },
};
