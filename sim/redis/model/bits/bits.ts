/** Commands on the bits of a string. Bit 0 is the most significant one of the first byte. */
import { bytesOf, textOf } from '../bytes.ts';
import { type Commands, type CommandContext, integer, SYNTAX, word } from '../command.ts';
import { isInteger, normalized } from '../numbers/wide.ts';
import { fail, type Reply } from '../reply.ts';
import { checkLength } from '../string-length.ts';

/** Strings have at most 512 MB. */
const BITS_MAX = 2 ** 32;
const BAD_OFFSET = 'ERR bit offset is not an integer or out of range';

function bitOffset(text: string | undefined): number {
  const offset = isInteger(text) ? Number(text) : -1;
  return offset >= 0 && offset < BITS_MAX ? offset : fail(BAD_OFFSET);
}

const bytesAt = (key: string, { keys }: CommandContext): Buffer => bytesOf(keys.string(key) ?? '');

/** Returns a copy that has at least `size` bytes. */
function grown(bytes: Buffer, size: number): Buffer {
  const copy = Buffer.alloc(Math.max(bytes.length, size));
  bytes.copy(copy);
  return copy;
}

const bitAt = (bytes: Buffer, offset: number): number =>
  ((bytes[Math.floor(offset / 8)] ?? 0) >> (7 - (offset % 8))) & 1;

function setBit(bytes: Buffer, offset: number, bit: number): void {
  const mask = 0x80 >>> (offset & 7);
  const index = Math.floor(offset / 8);
  bytes[index] = bit === 1 ? (bytes[index] ?? 0) | mask : (bytes[index] ?? 0) & ~mask;
}

interface BitRange {
  /** `to` is exclusive. */
  readonly from: number;
  readonly to: number;
}

/** Whether the unit is BIT; false without a unit. */
function countsBits(unit: string | undefined): boolean {
  if (unit === undefined || word(unit) === 'BYTE') return false;
  return word(unit) === 'BIT' || fail(SYNTAX);
}

/** Resolves indexes of bytes, or of bits, both inclusive. The range may be empty. */
function bitRange(bytes: Buffer, first: number, last: number, isBit: boolean): BitRange {
  const scale = isBit ? 1 : 8;
  const size = isBit ? bytes.length * 8 : bytes.length;
  const from = Math.max(0, first < 0 ? size + first : first);
  const to = Math.min(size - 1, Math.max(0, last < 0 ? size + last : last));
  return { from: from * scale, to: Math.max(from, to + 1) * scale };
}

function count([key = '', start, end, unit, ...rest]: readonly string[], context: CommandContext): Reply {
  // As in Redis, nothing else is checked for a missing key.
  const value = context.keys.string(key);
  if (value === undefined) return 0;
  if ((start !== undefined && end === undefined) || rest.length > 0) fail(SYNTAX);
  const [first, last] = [integer(start ?? '0'), integer(end ?? '-1')];
  if (first < 0 && last < 0 && first > last) return 0;
  const bytes = bytesOf(value);
  const { from, to } = bitRange(bytes, first, last, countsBits(unit));
  let total = 0;
  for (let offset = from; offset < to; offset += 1) total += bitAt(bytes, offset);
  return total;
}

function position([key = '', text, start, end, unit, ...rest]: readonly string[], context: CommandContext): Reply {
  const bit = integer(text);
  if (bit !== 0 && bit !== 1) fail('ERR The bit argument must be 1 or 0.');
  const value = context.keys.string(key);
  if (value === undefined) return bit === 1 ? -1 : 0;
  if (rest.length > 0) fail(SYNTAX);
  const first = integer(start ?? '0');
  const isBit = countsBits(unit);
  const bytes = bytesOf(value);
  const { from, to } = bitRange(bytes, first, integer(end ?? '-1'), isBit);
  if (from === to) return -1;
  for (let offset = from; offset < to; offset += 1) if (bitAt(bytes, offset) === bit) return offset;
  // Without an end, the string counts as followed by zeros.
  return bit === 0 && end === undefined ? to : -1;
}

const COMBINE: Readonly<Record<string, (one: number, other: number) => number>> = {
  AND: (one, other) => one & other,
  OR: (one, other) => one | other,
  XOR: (one, other) => one ^ other,
};

function combine([operation, to = '', ...names]: readonly string[], context: CommandContext): Reply {
  const how = word(operation);
  const apply = COMBINE[how];
  if (apply === undefined && how !== 'NOT') fail(SYNTAX);
  if (how === 'NOT' && names.length !== 1) fail('ERR BITOP NOT must be called with a single source key.');
  const sources = names.map((name) => bytesAt(name, context));
  const size = Math.max(...sources.map(({ length }) => length));
  const [first = Buffer.alloc(0), ...others] = sources;
  const result = Buffer.from(
    Array.from({ length: size }, (_, index) =>
      apply === undefined
        ? ~(first[index] ?? 0) & 0xff
        : others.reduce((byte, other) => apply(byte, other[index] ?? 0), first[index] ?? 0),
    ),
  );
  if (size === 0) context.keys.remove(to);
  else context.keys.set(to, textOf(result));
  return size;
}

interface Field {
  readonly isSigned: boolean;
  readonly bits: number;
  readonly offset: number;
}

function fieldOf(type: string | undefined, at: string | undefined): Field {
  const [sign, size] = [type?.charAt(0), type?.slice(1)];
  const [bits, isSigned] = [isInteger(size) ? Number(size) : 0, sign === 'i'];
  if ((sign !== 'i' && sign !== 'u') || bits < 1 || bits > (isSigned ? 64 : 63))
    fail('ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.');
  const isScaled = at?.startsWith('#') === true;
  const number = isScaled ? at.slice(1) : at;
  const offset = (isInteger(number) ? Number(number) : fail(BAD_OFFSET)) * (isScaled ? bits : 1);
  return offset >= 0 && offset < BITS_MAX ? { isSigned, bits, offset } : fail(BAD_OFFSET);
}

function readField(bytes: Buffer, { isSigned, bits, offset }: Field): bigint {
  let value = 0n;
  for (let index = 0; index < bits; index += 1) value = (value << 1n) | BigInt(bitAt(bytes, offset + index));
  return isSigned ? BigInt.asIntN(bits, value) : value;
}

function writeField(bytes: Buffer, { bits, offset }: Field, value: bigint): void {
  for (let index = 0; index < bits; index += 1)
    setBit(bytes, offset + index, Number((value >> BigInt(bits - 1 - index)) & 1n));
}

/** Fits a value into a field. Null if it does not fit and must not change the field. */
function fitted(value: bigint, { isSigned, bits }: Field, overflow: string): bigint | null {
  const least = isSigned ? -(2n ** BigInt(bits - 1)) : 0n;
  const most = isSigned ? 2n ** BigInt(bits - 1) - 1n : 2n ** BigInt(bits) - 1n;
  if (value >= least && value <= most) return value;
  if (overflow === 'FAIL') return null;
  if (overflow === 'SAT') return value < least ? least : most;
  return isSigned ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
}

interface Operation {
  readonly name: string;
  readonly field: Field;
  readonly operand: bigint;
  readonly overflow: string;
}

function operationsOf(parameters: readonly string[], isReadOnly: boolean): readonly Operation[] {
  const operations: Operation[] = [];
  let overflow = 'WRAP';
  for (let index = 0; index < parameters.length;) {
    const name = word(parameters[index]);
    const rest = parameters.length - index - 1;
    if (name === 'OVERFLOW' && rest >= 1) {
      overflow = word(parameters[index + 1]);
      if (!['WRAP', 'SAT', 'FAIL'].includes(overflow)) fail('ERR Invalid OVERFLOW type specified');
      index += 2;
      continue;
    }
    const isRead = name === 'GET';
    if (!(isRead && rest >= 2) && !((name === 'SET' || name === 'INCRBY') && rest >= 3)) fail(SYNTAX);
    const field = fieldOf(parameters[index + 1], parameters[index + 2]);
    if (!isRead) integer(parameters[index + 3]);
    operations.push({ name, field, operand: BigInt(isRead ? 0 : (parameters[index + 3] ?? 0)), overflow });
    index += isRead ? 3 : 4;
  }
  if (isReadOnly && operations.some(({ name }) => name !== 'GET'))
    fail('ERR BITFIELD_RO only supports the GET subcommand');
  return operations;
}

function bitField([key = '', ...parameters]: readonly string[], context: CommandContext, isReadOnly: boolean): Reply {
  const operations = operationsOf(parameters, isReadOnly);
  let bytes = bytesAt(key, context);
  const { length } = bytes;
  const writes = operations.filter(({ name }) => name !== 'GET');
  if (writes.length > 0) {
    const size = Math.max(...writes.map(({ field }) => Math.ceil((field.offset + field.bits) / 8)));
    checkLength(size, 'bitfield');
    bytes = grown(bytes, size);
  }
  let isChanged = false;
  const replies = operations.map(({ name, field, operand, overflow }) => {
    const before = readField(bytes, field);
    if (name === 'GET') return normalized(before);
    // As in Redis, a negative value is above every unsigned field, not below.
    const value = field.isSigned ? operand : BigInt.asUintN(64, operand);
    const after = fitted(name === 'SET' ? value : before + operand, field, overflow);
    if (after === null) return null;
    writeField(bytes, field, after);
    isChanged ||= bytes.length > length || after !== before;
    return normalized(name === 'SET' ? before : after);
  });
  // Operations that fail make the string longer, too.
  if (isChanged) context.keys.replace(key, textOf(bytes));
  else if (bytes.length > length) context.keys.replaceUnnoticed(key, textOf(bytes));
  return replies;
}

export const BITS: Commands = {
  setbit([key = '', at, text], context) {
    const offset = bitOffset(at);
    if (text !== '0' && text !== '1') fail('ERR bit is not an integer or out of range');
    checkLength(Math.floor(offset / 8) + 1, 'setbit');
    const { length } = bytesAt(key, context);
    const bytes = grown(bytesAt(key, context), Math.floor(offset / 8) + 1);
    const before = bitAt(bytes, offset);
    setBit(bytes, offset, Number(text));
    // A bit that keeps its value does not change the key, for connections that watch it.
    if (before !== Number(text) || bytes.length !== length) context.keys.replace(key, textOf(bytes));
    return before;
  },
  getbit([key = '', at], context) {
    const offset = bitOffset(at);
    return bitAt(bytesAt(key, context), offset);
  },
  bitcount: count,
  bitpos: position,
  bitop: combine,
  bitfield: (parameters, context) => bitField(parameters, context, false),
  bitfield_ro: (parameters, context) => bitField(parameters, context, true),
};
