/** Redis' protocol as bytes: requests, the boundaries of replies, and replies as trees. */
import type { Bytes } from './case.ts';

export function encodeRequest(words: readonly Bytes[]): Bytes {
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
}

/** Returns the index behind the reply at `start`; -1 if it is incomplete. */
export function replyEnd(bytes: Buffer, start: number): number {
  let at = start;
  for (let pending = 1; pending > 0; pending -= 1) {
    const end = bytes.indexOf('\r\n', at);
    if (end < 0) return -1;
    const kind = String.fromCharCode(bytes[at] ?? 0);
    const size = SIZED.has(kind) ? Number(bytes.toString('latin1', at + 1, end)) : 0;
    at = end + 2;
    if (BULKS.has(kind)) at += size < 0 ? 0 : size + 2;
    else if (size > 0) pending += kind === '%' ? size * 2 : size;
    if (at > bytes.length) return -1;
  }
  return at;
}

const BULKS: ReadonlySet<string> = new Set(['$', '=', '!']);
const SIZED: ReadonlySet<string> = new Set(['$', '=', '!', '*', '~', '>', '%']);

/** A reply. `kind` is the first byte of its encoding. A map has keys and values alternating. */
export interface Tree {
  readonly kind: string;
  /** Of a reply that is not an aggregate; null for nil. */
  readonly text: Bytes | null;
  /** Of an aggregate; null for a nil array and for other kinds. */
  readonly items: readonly Tree[] | null;
}

/** Parses all replies of `received`. */
export function parseReplies(received: Bytes): Tree[] {
  let at = 0;
  const next = (): Tree => {
    const end = received.indexOf('\r\n', at);
    if (end < 0) throw new Error(`not a reply: ${JSON.stringify(received.slice(at))}`);
    const kind = received.charAt(at);
    const line = received.slice(at + 1, end);
    at = end + 2;
    const size = Number(line);
    if (BULKS.has(kind)) {
      if (size < 0) return { kind, text: null, items: null };
      at += size + 2;
      return { kind, text: received.slice(at - size - 2, at - 2), items: null };
    }
    if (!SIZED.has(kind)) return { kind, text: kind === '_' ? null : line, items: null };
    if (size < 0) return { kind, text: null, items: null };
    return { kind, text: null, items: Array.from({ length: kind === '%' ? size * 2 : size }, next) };
  };
  const trees: Tree[] = [];
  while (at < received.length) trees.push(next());
  return trees;
}

export function encodeTree({ kind, text, items }: Tree): Bytes {
  if (items !== null) {
    const size = kind === '%' ? items.length / 2 : items.length;
    return `${kind}${size}\r\n${items.map(encodeTree).join('')}`;
  }
  if (text === null) return kind === '_' ? '_\r\n' : `${kind}-1\r\n`;
  return BULKS.has(kind) ? `${kind}${text.length}\r\n${text}\r\n` : `${kind}${text}\r\n`;
}
