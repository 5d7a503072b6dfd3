/**
 * Parses requests, which are arrays of bulk strings in both versions of Redis' protocol, and inline
 * commands.
 */
import { textOf } from '../model/bytes.ts';
import { splitWords } from '../model/split-words.ts';

const NEWLINE_BYTES = 2;
const INLINE_BYTES_MAX = 64 * 1024;
const PARTS_MAX = 2 ** 31 - 1;
const PART_BYTES_MAX = 512 * 1024 * 1024;
const [RETURN, LINE_FEED] = [0x0d, 0x0a];

/** The bytes are not a request. The message is the one that a real server sends. */
export class ProtocolError extends Error {
  constructor(what: string) {
    super(`Protocol error: ${what}`);
  }
}

interface Request {
  readonly texts: string[];
  /** Index of the byte behind it. */
  readonly next: number;
}

/** A request of which more bytes are to come. */
interface Incomplete {
  /** The index that the bytes must reach before it is read again: it may be large. */
  readonly needed: number;
}

/** Parses a stream of bytes. Requests may be split over chunks at any byte. */
export class RequestParser {
  readonly #acceptsInline: boolean;
  /** What was received behind the last complete request. */
  #chunks: Buffer[] = [];
  #size = 0;
  #needed = 0;

  constructor(acceptsInline = false) {
    this.#acceptsInline = acceptsInline;
  }

  /** Yields the requests that a chunk completes. Throws `ProtocolError` behind the valid ones. */
  *feed(chunk: Buffer): Generator<string[]> {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size < this.#needed) return;
    const bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    let start = 0;
    let needed = 0;
    while (start < bytes.length) {
      const request = this.#requestAt(bytes, start);
      if ('needed' in request) {
        needed = request.needed - start;
        break;
      }
      // As on a real server, an empty request has no reply.
      if (request.texts.length > 0) yield request.texts;
      start = request.next;
    }
    this.#chunks = start === bytes.length ? [] : [bytes.subarray(start)];
    this.#size = bytes.length - start;
    this.#needed = needed;
  }

  #requestAt(bytes: Buffer, start: number): Request | Incomplete {
    const kind = String.fromCharCode(bytes[start] ?? 0);
    if (kind === '*') return requestAt(bytes, start);
    if (!this.#acceptsInline) throw new ProtocolError(`expected '*', got '${kind}'`);
    return inlineAt(bytes, start);
  }
}

function requestAt(bytes: Buffer, start: number): Request | Incomplete {
  const head = numberAt(bytes, start, 'mbulk count');
  if (head === null) return { needed: 0 };
  if (!(head.value <= PARTS_MAX)) throw new ProtocolError('invalid multibulk length');
  let next = head.next;
  const texts: string[] = [];
  for (let index = 0; index < head.value; index += 1) {
    const size = numberAt(bytes, next, 'bulk count');
    if (size === null) return { needed: 0 };
    const kind = String.fromCharCode(bytes[next] ?? 0);
    if (kind !== '$') throw new ProtocolError(`expected '$', got '${kind}'`);
    if (!(size.value >= 0 && size.value <= PART_BYTES_MAX)) throw new ProtocolError('invalid bulk length');
    next = size.next + size.value + NEWLINE_BYTES;
    if (bytes.length < next) return { needed: next };
    texts.push(textOf(bytes.subarray(size.next, size.next + size.value)));
  }
  return { texts, next };
}

/** The number behind the first byte of a line; NaN for other text. Null for an incomplete line. */
function numberAt(bytes: Buffer, start: number, what: string): { value: number; next: number } | null {
  const end = bytes.indexOf(RETURN, start);
  if (end < 0 && bytes.length - start > INLINE_BYTES_MAX) throw new ProtocolError(`too big ${what} string`);
  if (end < 0 || bytes.length < end + NEWLINE_BYTES) return null;
  const digits = bytes.toString('latin1', start + 1, end);
  return { value: /^(0|-?[1-9]\d*)$/.test(digits) ? Number(digits) : NaN, next: end + NEWLINE_BYTES };
}

function inlineAt(bytes: Buffer, start: number): Request | Incomplete {
  const end = bytes.indexOf(LINE_FEED, start);
  if (end < 0 && bytes.length - start > INLINE_BYTES_MAX) throw new ProtocolError('too big inline request');
  if (end < 0) return { needed: 0 };
  const words = splitWords(bytes.toString('latin1', start, end));
  if (words === null) throw new ProtocolError('unbalanced quotes in request');
  return { texts: words.map((word) => textOf(Buffer.from(word, 'latin1'))), next: end + 1 };
}
