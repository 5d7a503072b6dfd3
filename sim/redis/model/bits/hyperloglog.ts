/**
 * HyperLogLog: PFADD, PFCOUNT and PFMERGE. The counts are those of a real server.
 *
 * Sources: the hash is MurmurHash64A by Austin Appleby, with the seed of Redis. The estimator is
 * that of Otmar Ertl, "New cardinality estimation algorithms for HyperLogLog sketches",
 * arXiv:1702.01284, which Redis uses. The value is a string with the header and the dense registers
 * of Redis; a real server may store small ones sparsely.
 */
import { bytesOf, textOf } from '../bytes.ts';
import { type Commands, type CommandContext } from '../command.ts';
import { normalized, type Wide } from '../numbers/wide.ts';
import { fail, OK } from '../reply.ts';

const INDEX_BITS = 14;
const REGISTERS = 1 << INDEX_BITS;
/** Bits of the hash that remain behind the index. */
const REST_BITS = 64 - INDEX_BITS;
const REGISTER_BITS = 6;
const HEADER_BYTES = 16;
/** The header ends with the count that PFCOUNT returned last. */
const [COUNT_OFFSET, COUNT_BYTES] = [8, 8];
/** Bit of its last byte: the registers have changed since. */
const OUTDATED = 0x80;
const SIZE = HEADER_BYTES + (REGISTERS * REGISTER_BITS) / 8;
const MAGIC = Buffer.from('HYLL');
/** Of the encodings, which follow the magic number: dense is 0, sparse 1. */
const ENCODING_MAX = 1;
const SEED = 0xadc83b19n;
/** 1 / (2 ln 2) */
const ALPHA = 0.5 / Math.LN2;

const mask = (value: bigint): bigint => BigInt.asUintN(64, value);

function murmurHash64A(bytes: Buffer): bigint {
  const multiplier = 0xc6a4a7935bd1e995n;
  let hash = mask(SEED ^ (BigInt(bytes.length) * multiplier));
  const whole = bytes.length - (bytes.length % 8);
  for (let index = 0; index < whole; index += 8) {
    let block = mask(bytes.readBigUInt64LE(index) * multiplier);
    block = mask((block ^ (block >> 47n)) * multiplier);
    hash = mask((hash ^ block) * multiplier);
  }
  if (whole < bytes.length) {
    for (let index = bytes.length - 1; index >= whole; index -= 1)
      hash ^= BigInt(bytes[index] ?? 0) << BigInt(8 * (index - whole));
    hash = mask(hash * multiplier);
  }
  hash = mask((hash ^ (hash >> 47n)) * multiplier);
  return hash ^ (hash >> 47n);
}

/** Returns the register of an element, and the value that it must have at least. */
function placeOf(element: string): readonly [register: number, value: number] {
  const hash = murmurHash64A(bytesOf(element));
  let rest = (hash >> BigInt(INDEX_BITS)) | (1n << BigInt(REST_BITS));
  let value = 1;
  for (; (rest & 1n) === 0n; rest >>= 1n) value += 1;
  return [Number(hash & BigInt(REGISTERS - 1)), value];
}

/** Estimates how many different elements have been added. */
function estimate(registers: Uint8Array): number {
  const counts = new Array<number>(REST_BITS + 2).fill(0);
  for (const value of registers) counts[value] = (counts[value] ?? 0) + 1;
  let sum = REGISTERS * tau((REGISTERS - (counts[REST_BITS + 1] ?? 0)) / REGISTERS);
  for (let value = REST_BITS; value >= 1; value -= 1) sum = (sum + (counts[value] ?? 0)) * 0.5;
  sum += REGISTERS * sigma((counts[0] ?? 0) / REGISTERS);
  return Math.round((ALPHA * REGISTERS * REGISTERS) / sum);
}

function tau(start: number): number {
  if (start === 0 || start === 1) return 0;
  let [x, y, z] = [start, 1, 1 - start];
  let before: number;
  do {
    x = Math.sqrt(x);
    before = z;
    y *= 0.5;
    z -= (1 - x) ** 2 * y;
  } while (before !== z);
  return z / 3;
}

function sigma(start: number): number {
  if (start === 1) return Infinity;
  let [x, y, z] = [start, 1, start];
  let before: number;
  do {
    x *= x;
    before = z;
    z += x * y;
    y += y;
  } while (before !== z);
  return z;
}

/** Unpacks the registers, of six bits each, the lowest bits first. */
function unpack(bytes: Buffer): Uint8Array {
  const registers = new Uint8Array(REGISTERS);
  for (let register = 0; register < REGISTERS; register += 1) {
    const bit = register * REGISTER_BITS;
    const index = HEADER_BYTES + (bit >> 3);
    registers[register] = (((bytes[index] ?? 0) | ((bytes[index + 1] ?? 0) << 8)) >> (bit & 7)) & 63;
  }
  return registers;
}

function pack(registers: Uint8Array, count: Buffer): string {
  const bytes = Buffer.alloc(SIZE);
  MAGIC.copy(bytes);
  count.copy(bytes, COUNT_OFFSET);
  for (const [register, value] of registers.entries()) {
    const bit = register * REGISTER_BITS;
    const index = HEADER_BYTES + (bit >> 3);
    const shifted = value << (bit & 7);
    bytes[index] = (bytes[index] ?? 0) | (shifted & 0xff);
    if (shifted > 0xff) bytes[index + 1] = (bytes[index + 1] ?? 0) | (shifted >> 8);
  }
  return textOf(bytes);
}

/** Whether a string has the form of a HyperLogLog, as PFADD stores it. */
export function isHyperLogLog(text: string): boolean {
  const bytes = bytesOf(text);
  const hasHeader = bytes.subarray(0, MAGIC.length).equals(MAGIC) && (bytes[MAGIC.length] ?? 0) <= ENCODING_MAX;
  return bytes.length === SIZE && hasHeader;
}

function bytesAt(key: string, { keys }: CommandContext): Buffer | undefined {
  const text = keys.string(key);
  if (text === undefined) return undefined;
  return isHyperLogLog(text) ? bytesOf(text) : fail('WRONGTYPE Key is not a valid HyperLogLog string value.');
}

function merged(names: readonly string[], context: CommandContext): Uint8Array {
  const all = new Uint8Array(REGISTERS);
  for (const name of names) {
    const bytes = bytesAt(name, context);
    if (bytes === undefined) continue;
    for (const [register, value] of unpack(bytes).entries()) if (value > (all[register] ?? 0)) all[register] = value;
  }
  return all;
}

/** The count that is stored with the registers, in 8 bytes. Zero for a new value. */
const countIn = (bytes: Buffer | undefined): Buffer =>
  bytes === undefined ? Buffer.alloc(COUNT_BYTES) : bytes.subarray(COUNT_OFFSET, COUNT_OFFSET + COUNT_BYTES);

const isOutdated = (count: Buffer): boolean => ((count.at(-1) ?? 0) & OUTDATED) !== 0;

function outdated(count: Buffer): Buffer {
  const copy = Buffer.from(count);
  copy[COUNT_BYTES - 1] = (copy[COUNT_BYTES - 1] ?? 0) | OUTDATED;
  return copy;
}

/** Counts one value, and stores an outdated count again, which changes the key. */
function countOne(key: string, context: CommandContext): Wide {
  const bytes = bytesAt(key, context);
  if (bytes === undefined) return 0;
  const count = countIn(bytes);
  if (!isOutdated(count)) return normalized(count.readBigUInt64LE());
  const registers = unpack(bytes);
  const estimated = estimate(registers);
  const stored = Buffer.alloc(COUNT_BYTES);
  stored.writeBigUInt64LE(BigInt(estimated));
  context.keys.replace(key, pack(registers, stored));
  return estimated;
}

export const HYPERLOGLOG: Commands = {
  pfadd([key = '', ...elements], context) {
    const found = bytesAt(key, context);
    const registers = found === undefined ? new Uint8Array(REGISTERS) : unpack(found);
    let hasChanged = found === undefined;
    for (const element of elements) {
      const [register, value] = placeOf(element);
      if (value <= (registers[register] ?? 0)) continue;
      registers[register] = value;
      hasChanged = true;
    }
    if (hasChanged) context.keys.replace(key, pack(registers, outdated(countIn(found))));
    return hasChanged ? 1 : 0;
  },
  pfcount(names, context) {
    const [name = '', ...others] = names;
    return others.length === 0 ? countOne(name, context) : estimate(merged(names, context));
  },
  pfmerge([to = '', ...names], context) {
    const registers = merged([to, ...names], context);
    context.keys.replace(to, pack(registers, outdated(countIn(bytesAt(to, context)))));
    return OK;
  },
};
