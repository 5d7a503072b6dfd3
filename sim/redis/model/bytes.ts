/**
 * Redis values are bytes; the model stores them as strings. Valid UTF-8 is stored as the text that
 * it encodes. Other bytes are stored as a mark followed by one character per byte. Equal bytes give
 * equal strings, so that strings can be keys of a Map.
 */
import { isUtf8 } from 'node:buffer';

/** A lone surrogate, which no UTF-8 encodes. */
const MARK = '\uDC00';

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
