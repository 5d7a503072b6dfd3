/**
 * Converts ioredis' commands to what is sent to the server, and replies to what ioredis returns.
 */
import { bytesOf, isBinary, textOf } from '../model/bytes.ts';
import { Confirmations, NullList, RedisError, type Reply, Status, TypedReply } from '../model/reply.ts';
import { keyIn, type SentCommand } from '../server/sent-command.ts';
import { type Command, ReplyError } from './ioredis-parts.ts';

/** Encodes a command as text. ioredis has already flattened its arguments. */
export function encodeCommand({ name, args }: Command): Pick<SentCommand, 'name' | 'spelling' | 'key' | 'parameters'> {
  const parameters = args.map((argument) => (typeof argument === 'string' ? argument : textOf(argument)));
  const command = name.toLowerCase();
  return { name: command, spelling: name, key: keyIn(command, parameters), parameters };
}

/** Decodes a reply to strings, or to buffers for a `…Buffer` method. */
export function decodeReply(reply: Reply | Confirmations, asBuffers: boolean): unknown {
  if (reply === null || typeof reply === 'number') return reply;
  if (typeof reply === 'bigint') return asParsed(reply);
  if (reply instanceof NullList) return null;
  if (reply instanceof TypedReply) return decodeReply(reply.plain, asBuffers);
  // Within the reply to EXEC. ioredis takes the first item for the command's reply.
  if (reply instanceof Confirmations) return decodeReply(reply.each[0] ?? null, asBuffers);
  if (typeof reply === 'string')
    return asBuffers ? bytesOf(reply) : isBinary(reply) ? bytesOf(reply).toString() : reply;
  if (reply instanceof Status) return asBuffers ? bytesOf(reply.text) : reply.text;
  if (reply instanceof RedisError) return new ReplyError(bytesOf(reply.message).toString());
  return reply.map((item) => decodeReply(item, asBuffers));
}

/** ioredis' parser adds the digits of an integer to a number, which rounds at each digit. */
function asParsed(integer: bigint): number {
  const digits = String(integer).replace('-', '');
  const size = [...digits].reduce((sum, digit) => sum * 10 + Number(digit), 0);
  return integer < 0 ? -size : size;
}

/** Returns the error to reject with. As in ioredis, an error of the server carries its command. */
export function decodeError(error: Error, { name, args }: Command): Error {
  return error instanceof RedisError
    ? Object.assign(new ReplyError(bytesOf(error.message).toString()), { command: { name, args } })
    : error;
}
