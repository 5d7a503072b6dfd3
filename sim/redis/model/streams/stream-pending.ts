/** What a consumer group keeps: deliveries, and its position in the stream. */
import type { Group, Pending, Stream, StreamEntry } from './stream.ts';
import { compareIds, formatId, type StreamId, ZERO } from './stream-id.ts';
import { minus, plus, type Wide } from '../numbers/wide.ts';

export function createGroup(lastDelivered: StreamId, entriesRead: Wide | null): Group {
  return { lastDelivered, entriesRead, consumers: new Map(), pending: new Map() };
}

/** Returns pending entries, oldest first. */
export function inOrder({ pending }: Group): Pending[] {
  return [...pending.values()].sort((one, other) => compareIds(one.id, other.id));
}

export function pendingOf(group: Group, consumer: string): Pending[] {
  return inOrder(group).filter((one) => one.consumer === consumer);
}

/** The consumer was active. Creates it. */
export function noteActive(group: Group, consumer: string, nowMs: number): void {
  group.consumers.set(consumer, nowMs);
}

/** Moves the group behind the entry. */
function advance(stream: Stream, group: Group, id: StreamId): void {
  if (compareIds(id, group.lastDelivered) <= 0) return;
  if (group.entriesRead !== null && !hasDeletedAfter(stream, id)) group.entriesRead = plus(group.entriesRead, 1);
  else if (stream.added !== 0) group.entriesRead = estimatedRead(stream, id);
  group.lastDelivered = id;
}

/** Delivers new entries. `nowMs` is null for a consumer that does not acknowledge. */
export function readNew(
  stream: Stream,
  group: Group,
  consumer: string,
  count: number,
  nowMs: number | null,
): readonly StreamEntry[] {
  const entries = stream.after(group.lastDelivered, count);
  for (const { id } of entries) {
    advance(stream, group, id);
    if (nowMs !== null) group.pending.set(formatId(id), { id, consumer, deliveredAtMs: nowMs, deliveries: 1 });
  }
  return entries;
}

/** Whether an entry from `from` on has been deleted, as far as the stream remembers. */
function hasDeletedAfter({ entries, maxDeletedId }: Stream, from: StreamId): boolean {
  const [first] = entries;
  if (first === undefined || compareIds(maxDeletedId, ZERO) === 0) return false;
  return compareIds(first.id, maxDeletedId) <= 0 && compareIds(from, maxDeletedId) <= 0;
}

/** Number of entries ever added up to the identifier; null when unknown. Follows Redis. */
function estimatedRead(stream: Stream, id: StreamId): Wide | null {
  const { added, entries, firstId, lastId, maxDeletedId } = stream;
  if (added === 0) return 0;
  const order = compareIds(id, lastId);
  if (order === 0 || (entries.length === 0 && order < 0)) return added;
  if (order > 0) return null;
  const isWhole = compareIds(maxDeletedId, ZERO) === 0 || compareIds(maxDeletedId, firstId) < 0;
  const fromFirst = compareIds(id, firstId);
  if (!isWhole || fromFirst > 0) return null;
  return plus(minus(added, entries.length), fromFirst === 0 ? 1 : 0);
}

/** Number of entries that the group has not read; null when unknown. */
export function lagOf(stream: Stream, { entriesRead, lastDelivered }: Group): Wide | null {
  if (stream.added === 0) return 0;
  const read =
    entriesRead !== null && !hasDeletedAfter(stream, lastDelivered)
      ? entriesRead
      : estimatedRead(stream, lastDelivered);
  return read === null ? null : minus(stream.added, read);
}
