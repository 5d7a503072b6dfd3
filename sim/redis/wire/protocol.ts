/**
 * Writes version 2 of Redis' protocol (RESP2). Specification:
 * redis.io/docs/latest/develop/reference/protocol-spec.
 */
import { bytesOf } from '../model/bytes.ts';
import { inOneLine, Confirmations, NullList, RedisError, type Reply, Status, TypedReply } from '../model/reply.ts';
import type { Message } from '../server/session.ts';

const NEWLINE = Buffer.from('\r\n');

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
