/**
 * Nodes of a stream: Redis stores entries in blocks, up to a number and a size, and trims only
 * whole blocks with `~`. Sizes are those of a listpack.
 */
import { latin1Of } from '../bytes.ts';
import { isInteger, minus, type Wide, wideOf } from '../numbers/wide.ts';
import type { StreamId } from './stream-id.ts';

export interface StreamNode {
  /** The first entry that was added. */
  readonly firstId: StreamId;
  readonly names: readonly string[];
  /** The last entry that was added. */
  lastId: StreamId;
  /** Number of entries, deleted ones included. */
  count: number;
  /** Number of entries that were not deleted. */
  size: number;
  bytes: number;
}

/** 0: no limit. */
export interface NodeLimits {
  readonly entries: number;
  readonly bytes: number;
}

/** No block is larger, whatever the limits. */
const NODE_BYTES_MAX = 2 ** 30;
/** What a listpack has around its elements. */
const FRAME_BYTES = 7;

const byteLength = (text: string): number => latin1Of(text).length;

/** Integers need less than their text. */
function integerSize(value: Wide): number {
  if (value >= 0 && value < 128) return 1;
  const fits = (bits: number): boolean => value >= -(2 ** (bits - 1)) && value < 2 ** (bits - 1);
  if (fits(13)) return 2;
  if (fits(16)) return 3;
  if (fits(24)) return 4;
  return fits(32) ? 5 : 9;
}

function stringSize(length: number): number {
  if (length < 64) return 1 + length;
  return (length < 4096 ? 2 : 5) + length;
}

/** An element ends with its own size, in groups of 7 bits. */
function withSize(bytes: number): number {
  let rest = bytes;
  let size = bytes;
  for (; rest > 0; rest = Math.floor(rest / 128)) size += 1;
  return size;
}

const ofInteger = (value: Wide): number => withSize(integerSize(value));
const ofText = (text: string): number =>
  withSize(isInteger(text) ? integerSize(wideOf(text)) : stringSize(byteLength(text)));
const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);

const namesOf = (fields: readonly string[]): readonly string[] => fields.filter((_, index) => index % 2 === 0);

/** Adds an entry to the last node, or to a new one if that is full. Returns the node. */
export function nodeFor(
  last: StreamNode | undefined,
  id: StreamId,
  fields: readonly string[],
  limits: NodeLimits,
): StreamNode {
  const names = namesOf(fields);
  const node = last === undefined || isFull(last, fields, limits) ? emptyNode(id, names) : last;
  const isSame = names.length === node.names.length && names.every((name, index) => name === node.names[index]);
  const texts = isSame ? fields.filter((_, index) => index % 2 === 1) : fields;
  const elements = texts.length + (isSame ? 3 : 4);
  const head = [2, minus(id.ms, node.firstId.ms), minus(id.sequence, node.firstId.sequence), elements];
  node.bytes += sum(head.map(ofInteger)) + sum(texts.map(ofText)) + (isSame ? 0 : ofInteger(names.length));
  node.count += 1;
  node.size += 1;
  node.lastId = id;
  return node;
}

function isFull({ bytes, count }: StreamNode, fields: readonly string[], limits: NodeLimits): boolean {
  const most = limits.bytes === 0 ? NODE_BYTES_MAX : Math.min(limits.bytes, NODE_BYTES_MAX);
  return bytes + sum(fields.map(byteLength)) >= most || (limits.entries > 0 && count >= limits.entries);
}

function emptyNode(firstId: StreamId, names: readonly string[]): StreamNode {
  const head = [1, 0, names.length, 0];
  const bytes = FRAME_BYTES + sum(head.map(ofInteger)) + sum(names.map(ofText));
  return { firstId, lastId: firstId, names, count: 0, size: 0, bytes };
}

/** Bytes of an identifier. */
const ID_BYTES = 16;

/** Number of nodes of the radix tree that leads to nodes with these first identifiers, in order. */
export function treeSize(ids: readonly StreamId[]): number {
  const digits = (value: Wide): string => BigInt(value).toString(16).padStart(ID_BYTES, '0');
  const keys = ids.map(({ ms, sequence }) => Buffer.from(digits(ms) + digits(sequence), 'hex'));
  return keys.length === 0 ? 1 : sizeFrom(keys, 0);
}

function sizeFrom(keys: readonly Buffer[], depth: number): number {
  const [first] = keys;
  if (first === undefined || keys.length === 1) return depth === ID_BYTES ? 1 : 2;
  let branch = depth;
  while (keys.every((key) => key[branch] === first[branch])) branch += 1;
  const groups = new Map<number, Buffer[]>();
  for (const key of keys) groups.set(key[branch] ?? 0, [...(groups.get(key[branch] ?? 0) ?? []), key]);
  return (branch > depth ? 2 : 1) + sum([...groups.values()].map((group) => sizeFrom(group, branch + 1)));
}
