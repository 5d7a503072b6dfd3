/**
 * Redis values are bytes; the model stores them as strings. Valid UTF-8 is stored as the text that
 * it encodes. Other bytes are stored as a mark followed by one character per byte. Equal bytes give
 * equal strings, so that strings can be keys of a Map.
 */
import { isUtf8 } from 'node:buffer';

/** A lone surrogate, which no UTF-8 encodes. */
const MARK = '\uDC00';

/** The order of code units below this one is the order of their bytes in UTF-8. */
const SURROGATES = 0xd800;

/** Whether the bytes are not valid UTF-8. */
export function isBinary(text: string): boolean {
  return text.startsWith(MARK);
}

export function textOf(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString('utf8') : MARK + bytes.toString('latin1');
}

export function bytesOf(text: string): Buffer {
  return isBinary(text) ? Buffer.from(text.slice(1), 'latin1') : Buffer.from(text, 'utf8');
}

/** Compares by bytes, as `memcmp` does. Returns a negative number, 0 or a positive one. */
export function compareTexts(one: string, other: string): number {
  if (one === other) return 0;
  const length = Math.min(one.length, other.length);
  let index = 0;
  while (index < length && one.charCodeAt(index) === other.charCodeAt(index)) index += 1;
  if (index === length) return one.length - other.length;
  const [left, right] = [one.charCodeAt(index), other.charCodeAt(index)];
  return left < SURROGATES && right < SURROGATES ? left - right : Buffer.compare(bytesOf(one), bytesOf(other));
}

/** Drops the first byte of a text whose first byte is ASCII. */
export function withoutFirstByte(text: string): string {
  return isBinary(text) ? textOf(bytesOf(text).subarray(1)) : text.slice(1);
}

/** The first byte as a character; empty for an empty text. */
export function firstByte(text: string): string {
  return isBinary(text) ? text.charAt(1) : text.charAt(0);
}

/** The text up to its first zero byte, at which C ends one. */
export function untilZero(text: string): string {
  return text.includes('\0') || isBinary(text) ? (latin1Of(text).split('\0', 1)[0] ?? '') : text;
}

/** One character per byte. */
export function latin1Of(text: string): string {
  if (isBinary(text)) return text.slice(1);
  return /^[\0-\x7f]*$/.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/** The text of bytes that are given as one character each. */
export function fromLatin1(bytes: string): string {
  return /^[\0-\x7f]*$/.test(bytes) ? bytes : textOf(Buffer.from(bytes, 'latin1'));
}
