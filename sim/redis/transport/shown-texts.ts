/**
 * What a command said and was answered, for a person. Records have neither. Long parts are left out
 * as a whole: the part of a secret that is left of a cut would not be recognised as one.
 */
import { Confirmations, NullList, RedisError, type Reply, Status, TypedReply } from '../model/reply.ts';
import type { SentCommand } from '../server/sent-command.ts';

const PART_LENGTH_MAX = 1000;
const PARTS_MAX = 40;
const LEFT_OUT = '…';

/** Their parameters may be passwords. */
const WITH_PASSWORDS: ReadonlySet<string> = new Set(['auth', 'hello', 'acl', 'config', 'migrate']);

/** Their first parameter is a program. */
const WITH_SCRIPT = /^(?:eval|script$|function$)/;

/** `users 1767 client-3`: the parameters of a command. */
export function parametersText({ name, parameters }: Pick<SentCommand, 'name' | 'parameters'>): string {
  if (WITH_PASSWORDS.has(name)) return LEFT_OUT;
  const [first, ...rest] = parameters;
  const shown = WITH_SCRIPT.test(name) && first !== undefined ? ['(script)', ...rest] : parameters;
  return fewOf(shown).map(shortened).join(' ');
}

/** `["a",1,null]`: the reply to a command, as JSON. */
export function replyText(reply: Reply | Confirmations): string {
  return JSON.stringify(plain(reply));
}

function plain(reply: Reply | Confirmations): unknown {
  if (reply instanceof Confirmations) return fewOf(reply.each.map(([, channel]) => channel));
  if (reply instanceof Status) return reply.text;
  if (reply instanceof RedisError) return reply.message;
  if (reply instanceof NullList) return null;
  if (reply instanceof TypedReply) return plain(reply.plain);
  if (typeof reply === 'string') return shortened(reply);
  if (typeof reply === 'bigint') return String(reply);
  if (Array.isArray(reply)) return fewOf(reply as readonly Reply[]).map(plain);
  return reply;
}

function fewOf<Part>(parts: readonly Part[]): readonly (Part | string)[] {
  return parts.length <= PARTS_MAX
    ? parts
    : [...parts.slice(0, PARTS_MAX), `${LEFT_OUT} ${parts.length - PARTS_MAX} more`];
}

const shortened = (part: string): string => (part.length <= PART_LENGTH_MAX ? part : LEFT_OUT);
