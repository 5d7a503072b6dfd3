/**
 * Redis' protocol, version 2 (RESP2): parses requests, which are arrays of bulk strings, and
 * encodes replies. Specification: redis.io/docs/latest/develop/reference/protocol-spec.
 */
import { bytesOf, textOf } from '../model/bytes.ts';
import { inOneLine, Confirmations, NullList, RedisError, type Reply, Status, TypedReply } from '../model/reply.ts';
import type { Message } from '../server/session.ts';

const NEWLINE = Buffer.from('\r\n');

/** The bytes are not a request. */
export class ProtocolError extends Error {}

/** Parses a stream of bytes. Requests may be split over chunks at any byte. */
export class RequestParser {
  #bytes: Buffer = Buffer.alloc(0);

  /** Returns the requests that this chunk completes. Throws `ProtocolError`. */
  feed(chunk: Buffer): string[][] {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    const requests: string[][] = [];
    let start = 0;
    for (;;) {
      const request = requestAt(this.#bytes, start);
      if (request === null) break;
      requests.push(request.texts);
      start = request.next;
    }
    this.#bytes = this.#bytes.subarray(start);
    return requests;
  }
}

/** Returns null for an incomplete request. */
function requestAt(bytes: Buffer, start: number): { texts: string[]; next: number } | null {
  const head = numberAt(bytes, start, '*');
  if (head === null) return null;
  let next = head.next;
  const texts: string[] = [];
  for (let index = 0; index < head.value; index += 1) {
    const size = numberAt(bytes, next, '$');
    if (size === null || bytes.length < size.next + size.value + NEWLINE.length) return null;
    texts.push(textOf(bytes.subarray(size.next, size.next + size.value)));
    next = size.next + size.value + NEWLINE.length;
  }
  return { texts, next };
}

function numberAt(bytes: Buffer, start: number, kind: string): { value: number; next: number } | null {
  if (start >= bytes.length) return null;
  if (String.fromCharCode(bytes[start] ?? 0) !== kind) throw new ProtocolError(`expected '${kind}'`);
  const end = bytes.indexOf(NEWLINE, start);
  return end < 0 ? null : { value: Number(bytes.toString('latin1', start + 1, end)), next: end + NEWLINE.length };
}

export function encodeReply(reply: Reply | Confirmations): Buffer {
  const chunks: Chunks = [];
  encode(reply, chunks);
  return concat(chunks);
}

export function encodeMessage({ kind, pattern, channel, text }: Message): Buffer {
  if (kind === 'monitor') return encodeReply(new Status(text));
  return encodeReply(kind === 'pmessage' ? [kind, pattern, channel, text] : [kind, channel, text]);
}

/** Strings are ASCII. */
export type Chunks = (string | Buffer)[];

export function concat(chunks: Chunks): Buffer {
  return Buffer.concat(chunks.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk) : chunk)));
}

/** Encodes types that are the same in both versions. */
export function encodeCommon(reply: number | bigint | string | Status | RedisError, chunks: Chunks): void {
  if (typeof reply === 'bigint') chunks.push(`:${reply}\r\n`);
  else if (typeof reply === 'number') chunks.push(`:${Number.isSafeInteger(reply) ? reply : BigInt(reply)}\r\n`);
  else if (typeof reply === 'string') encodeBulk('$', reply, chunks);
  else if (reply instanceof Status) chunks.push('+', bytesOf(reply.text), NEWLINE);
  else chunks.push('-', bytesOf(inOneLine(reply.message)), NEWLINE);
}

export function encodeBulk(kind: '$' | '=', text: string, chunks: Chunks): void {
  const bytes = bytesOf(text);
  chunks.push(`${kind}${bytes.length}\r\n`, bytes, NEWLINE);
}

function encode(reply: Reply | Confirmations, chunks: Chunks): void {
  if (reply === null) chunks.push('$-1\r\n');
  else if (reply instanceof NullList) chunks.push('*-1\r\n');
  else if (reply instanceof TypedReply) encode(reply.plain, chunks);
  // Within the reply to EXEC, a command on several channels yields several items for its one.
  else if (reply instanceof Confirmations) for (const confirmation of reply.each) encode(confirmation, chunks);
  else if (typeof reply === 'object' && !(reply instanceof Status) && !(reply instanceof RedisError)) {
    chunks.push(`*${reply.length}\r\n`);
    for (const item of reply) encode(item, chunks);
  } else encodeCommon(reply, chunks);
}
