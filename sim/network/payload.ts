/**
 * The content of a frame: text or bytes. Records show bytes in hexadecimal, up to a limit. Longer
 * payloads are cut, and end with their length and a hash of all bytes, so that different payloads
 * look different.
 */
import { types } from 'node:util';
import { hashText } from '../kernel/hash.ts';

export type Payload = string | Buffer;

/** Maximum number of bytes of a binary frame that its records show. */
const SHOWN_BYTES_MAX = 4096;

export function kindOf(payload: Payload): 'text' | 'binary' {
  return typeof payload === 'string' ? 'text' : 'binary';
}

/** Formats a payload for records. Expensive for bytes: call it once per frame. */
export function shownAs(payload: Payload): string {
  if (typeof payload === 'string') return payload;
  const shown = payload.toString('hex', 0, SHOWN_BYTES_MAX);
  if (payload.length <= SHOWN_BYTES_MAX) return shown;
  const hash = (hashText(payload.toString('latin1')) >>> 0).toString(16).padStart(8, '0');
  return `${shown}…${payload.length} bytes, ${hash}`;
}

/**
 * Copies the bytes of a buffer or a view, which the sender may reuse. Returns null for anything
 * else.
 */
export function bytesOf(data: unknown): Buffer | null {
  if (ArrayBuffer.isView(data)) return Buffer.from(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  if (types.isAnyArrayBuffer(data)) return Buffer.from(new Uint8Array(data));
  return null;
}

/** Copies bytes to an array buffer. A small Buffer shares its array buffer with others. */
export function arrayBufferOf(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
