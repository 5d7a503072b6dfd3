/** XCLAIM and XAUTOCLAIM, which move pending entries to another consumer. */
import { type Commands, integer, integerWithin, SYNTAX, type CommandContext, wideInteger, word } from '../command.ts';
import { errorText } from '../error-text.ts';
import { fail, type Reply } from '../reply.ts';
import type { Group, Pending, Stream } from './stream.ts';
import { compareIds, formatId, type StreamId, ZERO } from './stream-id.ts';
import { groupAt } from './stream-groups.ts';
import { boundOf, idOf, parseId } from './stream-ids.ts';
import { inOrder, noteActive } from './stream-pending.ts';
import { show } from './streams.ts';
import { INT64_MAX, isInt64, minus, plus, type Wide } from '../numbers/wide.ts';

interface ClaimOptions {
  justId: boolean;
  force: boolean;
  deliveredAtMs: number;
  /** Null: counts the claim as a delivery, unless only identifiers are returned. */
  deliveries: Wide | null;
  lastId: StreamId;
}

const invalid = (option: string): string => `ERR Invalid ${option} option argument for XCLAIM`;

function claimOptions(options: readonly string[], nowMs: number): ClaimOptions {
  const found: ClaimOptions = { justId: false, force: false, deliveredAtMs: nowMs, deliveries: null, lastId: ZERO };
  let deliveredAt: Wide = nowMs;
  for (let index = 0; index < options.length; index += 1) {
    const option = word(options[index]);
    const hasValue = index + 1 < options.length;
    if (option === 'FORCE') found.force = true;
    else if (option === 'JUSTID') found.justId = true;
    else if (option === 'IDLE' && hasValue)
      deliveredAt = minus(nowMs, wideInteger(options[(index += 1)], invalid(option)));
    else if (option === 'TIME' && hasValue) deliveredAt = wideInteger(options[(index += 1)], invalid(option));
    else if (option === 'RETRYCOUNT' && hasValue) {
      const deliveries = wideInteger(options[(index += 1)], invalid(option));
      found.deliveries = deliveries < 0 ? null : deliveries;
    } else if (option === 'LASTID' && hasValue) found.lastId = idOf(options[(index += 1)]);
    else fail(errorText`ERR Unrecognized XCLAIM option '${options[index] ?? ''}'`);
  }
  // Redis replaces a time that cannot be.
  const isBogus = deliveredAt < 0 || deliveredAt > nowMs || !isInt64(deliveredAt);
  found.deliveredAtMs = isBogus ? nowMs : Number(deliveredAt);
  return found;
}

/** Returns the reply for a pending entry that now belongs to the consumer. */
function take(
  { id, fields }: { readonly id: StreamId; readonly fields: readonly string[] },
  one: Pending,
  consumer: string,
  { justId, deliveredAtMs, deliveries }: Pick<ClaimOptions, 'justId' | 'deliveredAtMs' | 'deliveries'>,
): Reply {
  one.consumer = consumer;
  one.deliveredAtMs = deliveredAtMs;
  one.deliveries = deliveries ?? (justId ? one.deliveries : plus(one.deliveries, 1));
  return justId ? formatId(id) : show({ id, fields });
}

const idleTime = (text: string | undefined, command: string): number =>
  Math.max(0, integer(text, `ERR Invalid min-idle-time argument for ${command}`));

/** The pending entry with this identifier; with FORCE, a new one that no consumer has yet. */
function pendingAt({ pending }: Group, id: StreamId, { force }: ClaimOptions): Pending | undefined {
  const name = formatId(id);
  const found = pending.get(name);
  if (found !== undefined || !force) return found;
  const created: Pending = { id, consumer: '', deliveredAtMs: -Infinity, deliveries: 1 };
  pending.set(name, created);
  return created;
}

function claim(
  [key = '', name = '', consumer = '', minIdle, ...rest]: readonly string[],
  context: CommandContext,
): Reply {
  const { stream, group } = groupAt(key, name, context);
  const nowMs = context.nowMs();
  const idleMs = idleTime(minIdle, 'XCLAIM');
  const parsed = rest.map((text) => parseId(text));
  const count = parsed.includes(null) ? parsed.indexOf(null) : parsed.length;
  const options = claimOptions(rest.slice(count), nowMs);
  if (compareIds(options.lastId, group.lastDelivered) > 0) group.lastDelivered = options.lastId;
  return (parsed.slice(0, count) as StreamId[]).flatMap((id): Reply[] => {
    const entry = stream.find(id);
    if (entry === undefined) {
      group.pending.delete(formatId(id));
      return [];
    }
    const one = pendingAt(group, id, options);
    if (one === undefined || (idleMs > 0 && nowMs - one.deliveredAtMs < idleMs)) return [];
    noteActive(group, consumer, nowMs);
    return [take(entry, one, consumer, options)];
  });
}

/** Entries that XAUTOCLAIM looks at, for each that it may claim. */
const ATTEMPTS = 10;
const COUNT_MAX = INT64_MAX / 16n;

function autoClaimOptions(options: readonly string[]): { count: number; justId: boolean } {
  let [count, justId] = [100, false];
  for (let index = 0; index < options.length; index += 1) {
    const option = word(options[index]);
    if (option === 'COUNT' && index + 1 < options.length)
      count = integerWithin(options[(index += 1)], 1, COUNT_MAX, 'ERR COUNT must be > 0');
    else if (option === 'JUSTID') justId = true;
    else fail(SYNTAX);
  }
  return { count, justId };
}

function autoClaim(parameters: readonly string[], context: CommandContext): Reply {
  const [key = '', name = '', consumer = '', minIdle, start, ...options] = parameters;
  const idleMs = idleTime(minIdle, 'XAUTOCLAIM');
  const low = boundOf(start, true);
  const { count, justId } = autoClaimOptions(options);
  const { stream, group } = groupAt(key, name, context);
  return claimFrom(stream, group, low, { consumer, idleMs, count, justId, nowMs: context.nowMs() });
}

interface AutoClaim {
  readonly consumer: string;
  readonly idleMs: number;
  readonly count: number;
  readonly justId: boolean;
  readonly nowMs: number;
}

/** Returns the next identifier to look at, the entries claimed, and those deleted since. */
function claimFrom(stream: Stream, group: Group, low: StreamId, request: AutoClaim): Reply {
  const { consumer, idleMs, count, justId, nowMs } = request;
  const waiting = inOrder(group).filter((one) => compareIds(one.id, low) >= 0);
  const [taken, deleted]: [Reply[], Reply[]] = [[], []];
  let index = 0;
  for (; index < Math.min(waiting.length, count * ATTEMPTS) && taken.length + deleted.length < count; index += 1) {
    const one = waiting[index] as Pending;
    const entry = stream.find(one.id);
    if (entry === undefined) {
      group.pending.delete(formatId(one.id));
      deleted.push(formatId(one.id));
    } else if (idleMs === 0 || nowMs - one.deliveredAtMs >= idleMs) {
      noteActive(group, consumer, nowMs);
      taken.push(take(entry, one, consumer, { justId, deliveredAtMs: nowMs, deliveries: null }));
    }
  }
  return [formatId(waiting[index]?.id ?? ZERO), taken, deleted];
}

export const STREAM_CLAIMS: Commands = { xclaim: claim, xautoclaim: autoClaim };
