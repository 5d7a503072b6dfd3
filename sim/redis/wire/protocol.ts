/**
 * Redis' protocol, version 2, as clients speak it over a socket: requests are lists of texts,
 * replies say what they are.
 */
import { bytesOf, textOf } from '../model/bytes.ts';
import { Confirmations, RedisError, type Reply, Status } from '../model/reply.ts';
import type { Message } from '../server/session.ts';

const NEWLINE = Buffer.from('\r\n');

/** What was written is no request. */
export class ProtocolError extends Error {}

/** Takes bytes as they come, and gives each request when it is complete. */
export class RequestParser {
  #bytes: Buffer = Buffer.alloc(0);

  feed(chunk: Buffer): string[][] {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    const requests: string[][] = [];
    let at = 0;
    for (;;) {
      const request = requestAt(this.#bytes, at);
      if (request === null) break;
      requests.push(request.texts);
      at = request.next;
    }
    this.#bytes = this.#bytes.subarray(at);
    return requests;
  }
}

/** Null when there is not all of it yet. */
function requestAt(bytes: Buffer, start: number): { texts: string[]; next: number } | null {
  const head = numberAt(bytes, start, '*');
  if (head === null) return null;
  let at = head.next;
  const texts: string[] = [];
  for (let index = 0; index < head.value; index += 1) {
    const size = numberAt(bytes, at, '$');
    if (size === null || bytes.length < size.next + size.value + NEWLINE.length) return null;
    texts.push(textOf(bytes.subarray(size.next, size.next + size.value)));
    at = size.next + size.value + NEWLINE.length;
  }
  return { texts, next: at };
}

function numberAt(bytes: Buffer, start: number, kind: string): { value: number; next: number } | null {
  if (start >= bytes.length) return null;
  if (String.fromCharCode(bytes[start] ?? 0) !== kind) throw new ProtocolError(`expected '${kind}'`);
  const end = bytes.indexOf(NEWLINE, start);
  return end < 0 ? null : { value: Number(bytes.toString('latin1', start + 1, end)), next: end + NEWLINE.length };
}

export function encodeReply(reply: Reply | Confirmations): Buffer {
  const parts: Parts = [];
  if (reply instanceof Confirmations) for (const one of reply.each) encode(one, parts);
  else encode(reply, parts);
  return joined(parts);
}

export function encodeMessage({ kind, pattern, channel, text }: Message): Buffer {
  return encodeReply(kind === 'pmessage' ? [kind, pattern, channel, text] : [kind, channel, text]);
}

/** Texts are ASCII. */
export type Parts = (string | Buffer)[];

export function joined(parts: Parts): Buffer {
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
}

/** What is the same in both versions. */
export function encodePlain(reply: number | string | Status | RedisError, parts: Parts): void {
  if (typeof reply === 'number') parts.push(`:${reply}\r\n`);
  else if (typeof reply === 'string') encodeBulk('$', reply, parts);
  else if (reply instanceof Status) parts.push(`+${reply.text}\r\n`);
  else parts.push(`-${reply.message.replaceAll(/[\r\n]+/g, ' ')}\r\n`);
}

export function encodeBulk(kind: '$' | '=', text: string, parts: Parts): void {
  const bytes = bytesOf(text);
  parts.push(`${kind}${bytes.length}\r\n`, bytes, NEWLINE);
}

function encode(reply: Reply, parts: Parts): void {
  if (reply === null) parts.push('$-1\r\n');
  else if (typeof reply === 'object' && !(reply instanceof Status) && !(reply instanceof RedisError)) {
    parts.push(`*${reply.length}\r\n`);
    for (const one of reply) encode(one, parts);
  } else encodePlain(reply, parts);
}
