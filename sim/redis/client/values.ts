/** Between what ioredis sends and is given, and what the server takes and answers. */
import { bytesOf, isBinary, textOf as spelled } from '../model/bytes.ts';
import { RedisError, type Reply, Status } from '../model/reply.ts';
import type { SentCommand } from '../server/sent-command.ts';
import { type Command, ReplyError } from './ioredis-parts.ts';

/** What a command says, as texts, which ioredis has made of whatever was given. */
export function textOf(command: Command): Pick<SentCommand, 'name' | 'key' | 'parameters'> {
  const parameters = command.args.map((one) => (typeof one === 'string' ? one : spelled(one as Buffer)));
  return { name: command.name.toLowerCase(), key: parameters[0] ?? '', parameters };
}

/** A reply as the command is to be resolved with: texts, or bytes for a `…Buffer`. */
export function valueOf(reply: Reply, isBinaryWanted: boolean): unknown {
  if (reply === null || typeof reply === 'number') return reply;
  if (typeof reply === 'string')
    return isBinaryWanted ? bytesOf(reply) : isBinary(reply) ? bytesOf(reply).toString() : reply;
  if (reply instanceof Status) return isBinaryWanted ? bytesOf(reply.text) : reply.text;
  if (reply instanceof RedisError) return new ReplyError(reply.message);
  return reply.map((one) => valueOf(one, isBinaryWanted));
}

/** An error as ioredis rejects with: a server's carries the command that it is about. */
export function errorOf(error: Error, { name, args }: Command): Error {
  return error instanceof RedisError
    ? Object.assign(new ReplyError(error.message), { command: { name, args } })
    : error;
}
