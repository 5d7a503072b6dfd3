/**
 * What a frame carries: text, or bytes. Records hold bytes as hexadecimal digits, whole up to a bound; what is longer is cut and ends in its
 * length and a hash over all of it, so that two frames that differ anywhere are told apart.
 */
import { types } from 'node:util';
import { hashText } from '../kernel/hash.ts';

export type Payload = string | Buffer;

/** So many bytes of a binary frame stand in its records. */
const SHOWN_BYTES_MAX = 4096;

export function kindOf(payload: Payload): 'text' | 'binary' {
  return typeof payload === 'string' ? 'text' : 'binary';
}

/** How records show a payload. Dear for bytes: asked for once a frame. */
export function shownAs(payload: Payload): string {
  if (typeof payload === 'string') return payload;
  const shown = payload.toString('hex', 0, SHOWN_BYTES_MAX);
  if (payload.length <= SHOWN_BYTES_MAX) return shown;
  const hash = (hashText(payload.toString('latin1')) >>> 0).toString(16).padStart(8, '0');
  return `${shown}…${payload.length} bytes, ${hash}`;
}

/** A copy of the bytes in a buffer or in a view of one, since the sender may use it again; null for anything else. */
export function bytesOf(data: unknown): Buffer | null {
  if (ArrayBuffer.isView(data)) return Buffer.from(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  if (types.isAnyArrayBuffer(data)) return Buffer.from(new Uint8Array(data));
  return null;
}

/** An array buffer with the same bytes, of its own: a small Buffer shares one with others. */
export function arrayBufferOf(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
