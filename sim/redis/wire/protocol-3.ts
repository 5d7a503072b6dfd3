/**
 * Writes version 3 of the protocol (RESP3), which has more types of replies and pushes. See
 * ../model/reply-types.ts for the types of each command.
 */
import { bytesOf } from '../model/bytes.ts';
import { type Confirmations, NullList, RedisError, type Reply, Status, TypedReply } from '../model/reply.ts';
import { type AnsweredCommand, type Typed, typed } from '../model/reply-types.ts';
import type { Message } from '../server/session.ts';
import { type Chunks, concat, encodeBulk, encodeCommon } from './protocol.ts';

/** `command` is the one that is answered. */
export function encodeReply3(reply: Reply | Confirmations, command: AnsweredCommand): Buffer {
  return encoded(typed(reply, command));
}

export function encodeMessage3({ kind, pattern, channel, text }: Message): Buffer {
  // In version 3, too, a line of MONITOR is a status.
  if (kind === 'monitor') return encoded(new Status(text));
  const items = kind === 'pmessage' ? [kind, pattern, channel, text] : [kind, channel, text];
  return encoded({ as: '>', items });
}

function encoded(reply: Typed): Buffer {
  const chunks: Chunks = [];
  encode(reply, chunks);
  return concat(chunks);
}

function encode(reply: Typed, chunks: Chunks): void {
  if (reply === null || reply instanceof NullList) chunks.push('_\r\n');
  else if (reply instanceof TypedReply) encodeTyped(reply, chunks);
  else if (typeof reply !== 'object' || reply instanceof Status || reply instanceof RedisError)
    encodeCommon(reply, chunks);
  else if (!('as' in reply)) {
    chunks.push(`*${reply.length}\r\n`);
    for (const item of reply) encode(item, chunks);
  } else if ('items' in reply) {
    const count = reply.as === '%' ? reply.items.length / 2 : reply.items.length;
    if (reply.as !== 'each') chunks.push(`${reply.as}${count}\r\n`);
    for (const item of reply.items) encode(item, chunks);
  } else if (reply.as === ',') chunks.push(`,${reply.text}\r\n`);
  else encodeBulk('=', `txt:${reply.text}`, chunks);
}

function encodeTyped({ as, plain, format }: TypedReply, chunks: Chunks): void {
  if (typeof plain === 'object') encode({ as: as === '%' ? '%' : '~', items: plain }, chunks);
  else if (as === '#') chunks.push(plain === 1 ? '#t\r\n' : '#f\r\n');
  else if (as === '=') encodeBulk('=', `${format}:${plain}`, chunks);
  else chunks.push(as, bytesOf(String(plain)), '\r\n');
}
