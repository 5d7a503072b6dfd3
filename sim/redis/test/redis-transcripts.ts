/**
 * Transcripts of sessions with Redis: a command after `>`, then the reply as JSON, or an error
 * after `!`. `~>` means that the server may order the reply as it likes. Bytes that are not UTF-8
 * are `\xff` in a command and `{"hex":"ff"}` in a reply.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Redis } from 'ioredis';

const folder = new URL('./redis-transcripts/', import.meta.url);

export interface Transcript {
  readonly name: string;
  readonly lines: readonly string[];
}

export const TRANSCRIPTS: readonly Transcript[] = readdirSync(fileURLToPath(folder)).map((file) => ({
  name: file.replace('.txt', ''),
  lines: readFileSync(new URL(file, folder), 'utf8')
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#')),
}));

export interface TranscriptCommand {
  /** The command as it is written. */
  readonly command: string;
  readonly parameters: readonly Buffer[];
  /** Whether the server may order the reply as it likes. */
  readonly isSorted: boolean;
}

/** Parses the line of a command. */
export function parse(line: string): TranscriptCommand {
  const [, mark, text = ''] = /^(~?)> (.*)$/.exec(line) ?? [];
  const [command = Buffer.alloc(0), ...parameters] = words(text);
  return { command: command.toString(), parameters, isSorted: mark === '~' };
}

/** Writes the transcript with the replies that this client receives. */
export async function replay({ lines }: Transcript, redis: Redis): Promise<string[]> {
  const written: string[] = [];
  for (const line of lines.filter((_, index) => index % 2 === 0)) {
    const { command, parameters, isSorted } = parse(line);
    const reply = await redis.callBuffer(command, [...parameters]).catch((error: Error) => error);
    written.push(line, reply instanceof Error ? `! ${reply.message}` : JSON.stringify(shown(reply, isSorted)));
  }
  return written;
}

function words(text: string): Buffer[] {
  const found = text.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g);
  return [...found].map(([, quoted, plain]) => (quoted === undefined ? Buffer.from(plain ?? '') : unquoted(quoted)));
}

function unquoted(text: string): Buffer {
  const parts = text.split(/(\\x[0-9a-f]{2}|\\.)/g);
  return Buffer.concat(
    parts.map((part) => {
      if (/^\\x/.test(part)) return Buffer.from(part.slice(2), 'hex');
      return Buffer.from(part.startsWith('\\') ? part.slice(1) : part);
    }),
  );
}

/** Formats a reply for a transcript. */
export function shown(reply: unknown, isSorted: boolean): unknown {
  if (Buffer.isBuffer(reply)) {
    const text = reply.toString();
    return Buffer.from(text).equals(reply) ? text : { hex: reply.toString('hex') };
  }
  if (reply instanceof Error) return `! ${reply.message}`;
  if (!Array.isArray(reply)) return reply;
  const items = reply.map((one: unknown) => shown(one, false));
  return isSorted ? items.sort() : items;
}
