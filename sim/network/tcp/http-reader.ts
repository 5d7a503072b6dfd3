/**
 * Reads the heads of HTTP/1.1 messages from the bytes of one direction of a connection, and skips
 * their bodies. It only observes: what it cannot read is passed over, and then it reads nothing
 * further.
 */

export interface MessageHead {
  /** The first line: `GET /chat HTTP/1.1` or `HTTP/1.1 101 Switching Protocols`. */
  readonly line: string;
  /** Names in lower case; of several headers with one name, the last. */
  readonly headers: ReadonlyMap<string, string>;
}

/** How a body ends: by length, by chunks, with the stream; or HTTP ends with the head. */
export type Body = number | 'chunked' | 'rest' | 'upgraded';

const HEAD_BYTES_MAX = 65_536;
const HEAD_END = '\r\n\r\n';
const LINE_END = '\r\n';

type State = 'head' | 'body' | 'chunk-size' | 'chunk' | 'trailer' | 'opaque' | 'upgraded';

export class HttpReader {
  readonly #onHead: (head: MessageHead) => Body;
  readonly #onUpgraded: (rest: Buffer) => void;
  #state: State = 'head';
  #pending: Buffer = Buffer.alloc(0);
  /** Bytes of the body, or of the chunk and its end, that are still to come. */
  #restBytes = 0;

  /** `onHead` says how the body ends; `onUpgraded` gets everything behind an upgrade. */
  constructor(onHead: (head: MessageHead) => Body, onUpgraded: (rest: Buffer) => void) {
    this.#onHead = onHead;
    this.#onUpgraded = onUpgraded;
  }

  /** Bytes of a head that is not complete, or that follow the head being reported. */
  get unreadBytes(): number {
    return this.#pending.length;
  }

  push(bytes: Buffer): void {
    if (this.#state === 'upgraded') {
      this.#onUpgraded(bytes);
      return;
    }
    if (this.#state === 'opaque') return;
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    while (this.#step());
  }

  /** Consumes a part of what has arrived. False when more has to arrive. */
  #step(): boolean {
    switch (this.#state) {
      case 'head':
        return this.#readHead();
      case 'body':
        return this.#skip('head');
      case 'chunk':
        return this.#skip('chunk-size');
      case 'chunk-size':
        return this.#readChunkSize();
      case 'trailer':
        return this.#readTrailer();
      default:
        return false;
    }
  }

  #readHead(): boolean {
    const end = this.#pending.indexOf(HEAD_END);
    if (end < 0) {
      if (this.#pending.length > HEAD_BYTES_MAX) this.#giveUp();
      return false;
    }
    const [line = '', ...lines] = this.#pending
      .toString('latin1', 0, end)
      .replace(/^(?:\r\n)+/, '')
      .split(LINE_END);
    this.#pending = this.#pending.subarray(end + HEAD_END.length);
    const headers = new Map(
      lines.map((header) => {
        const colon = header.indexOf(':');
        return [header.slice(0, colon).toLowerCase(), header.slice(colon + 1).trim()] as const;
      }),
    );
    const body = this.#onHead({ line, headers });
    if (body === 'upgraded') {
      this.#state = 'upgraded';
      const rest = this.#pending;
      this.#pending = Buffer.alloc(0);
      if (rest.length > 0) this.#onUpgraded(rest);
      return false;
    }
    if (body === 'rest') this.#giveUp();
    else if (body === 'chunked') this.#state = 'chunk-size';
    else if (body > 0) {
      this.#state = 'body';
      this.#restBytes = body;
    }
    return this.#pending.length > 0;
  }

  #readChunkSize(): boolean {
    const end = this.#pending.indexOf(LINE_END);
    if (end < 0) return false;
    const size = Number.parseInt(this.#pending.toString('latin1', 0, end), 16);
    this.#pending = this.#pending.subarray(end + LINE_END.length);
    if (!(size >= 0)) {
      this.#giveUp();
      return false;
    }
    this.#state = size === 0 ? 'trailer' : 'chunk';
    this.#restBytes = size + LINE_END.length;
    return true;
  }

  #readTrailer(): boolean {
    const end = this.#pending.indexOf(LINE_END);
    if (end < 0) return false;
    this.#pending = this.#pending.subarray(end + LINE_END.length);
    if (end === 0) this.#state = 'head';
    return this.#pending.length > 0;
  }

  #skip(next: State): boolean {
    const skipped = Math.min(this.#restBytes, this.#pending.length);
    this.#pending = this.#pending.subarray(skipped);
    this.#restBytes -= skipped;
    if (this.#restBytes > 0) return false;
    this.#state = next;
    return this.#pending.length > 0;
  }

  #giveUp(): void {
    this.#state = 'opaque';
    this.#pending = Buffer.alloc(0);
  }
}

/** How the body of a message ends that neither its method nor its status forbids. */
export function bodyOf(headers: MessageHead['headers'], otherwise: 0 | 'rest'): Body {
  if (/\bchunked\b/i.test(headers.get('transfer-encoding') ?? '')) return 'chunked';
  const length = headers.get('content-length');
  return length === undefined ? otherwise : Number(length) || 0;
}
