/**
 * Values of Redis are bytes; here they are text. Bytes that are UTF-8 are the text they spell; any others are marked, and have one character
 * for each byte. So the same bytes are always the same text, and text can be a key of a table.
 */
import { isUtf8 } from 'node:buffer';

/** A surrogate without its pair: no UTF-8 spells it. */
const MARK = '\uDC00';

export function isBinary(text: string): boolean {
  return text.startsWith(MARK);
}

export function textOf(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString('utf8') : MARK + bytes.toString('latin1');
}

export function bytesOf(text: string): Buffer {
  return isBinary(text) ? Buffer.from(text.slice(1), 'latin1') : Buffer.from(text, 'utf8');
}
