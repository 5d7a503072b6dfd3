/** What a WebSocket of `ws` accepts to send, with the errors of `ws` for everything else. */
import { types } from 'node:util';
import { bytesOf, type Payload } from '../payload.ts';
import type { Refuse } from '../../system/refused-members.ts';

/** As in `ws`, text stays text and bytes stay bytes, unless `binary` is given. */
export function payloadOf(data: unknown, binary: boolean | undefined, refuse: Refuse): Payload {
  if (typeof data === 'string' || typeof data === 'number')
    return binary === true ? Buffer.from(String(data)) : String(data);
  const bytes = toBytes(data, refuse, 'socket.send');
  return binary === false ? bytes.toString() : bytes;
}

/** The data of a ping or a pong. */
export function controlDataOf(data: unknown, refuse: Refuse): Buffer {
  if (typeof data === 'string' || typeof data === 'number') return Buffer.from(String(data));
  return toBytes(data, refuse, 'socket.ping');
}

/** The reason of a closing frame. */
export function reasonOf(reason: string | Buffer | undefined): string {
  if (reason === undefined || reason.length === 0) return '';
  if (Buffer.byteLength(reason) > 123) throw new RangeError('The message must not be greater than 123 bytes');
  if (typeof reason === 'string') return reason;
  if (types.isUint8Array(reason)) return Buffer.from(reason).toString();
  throw new TypeError('Second argument must be a string or a Uint8Array');
}

/** Size of the header of a frame that a server sends. */
export function headerBytes(bytes: number): number {
  return bytes < 126 ? 2 : bytes < 65_536 ? 4 : 10;
}

/** Whether `ws` lets an application send this close code. */
export function isSendableCode(code: number): boolean {
  return (
    typeof code === 'number' &&
    ((code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006) ||
      (code >= 3000 && code <= 4999))
  );
}

/** As in `ws`: nothing is an empty frame, and Node's `Buffer.from` converts or refuses the rest. */
function toBytes(data: unknown, refuse: Refuse, way: string): Buffer {
  const bytes = bytesOf(data);
  if (bytes !== null) return bytes;
  if (data instanceof Blob) refuse(`${way} of a Blob`);
  return data ? Buffer.from(data as Uint8Array) : Buffer.alloc(0);
}
