/**
 * Reads WebSocket frames (RFC 6455) from the bytes of one direction of a connection. Compressed
 * messages (RFC 7692) are restored, so that records have the text that was sent.
 */
import zlib from 'node:zlib';
import type { FrameRecord } from '../../kernel/record.ts';
import type { Payload } from '../payload.ts';

export interface ReadFrame {
  readonly kind: Exclude<FrameRecord['kind'], 'open'>;
  readonly payload: Payload;
  /** Of a closing frame; 1005 without a code. 0 for all others. */
  readonly code: number;
}

const KINDS: ReadonlyMap<number, ReadFrame['kind']> = new Map([
  [1, 'text'],
  [2, 'binary'],
  [8, 'close'],
  [9, 'ping'],
  [10, 'pong'],
]);

const CONTINUATION = 0;
const CLOSE = 8;

/** A sender leaves out the end of each compressed message. */
const DEFLATE_END = Buffer.from([0, 0, 0xff, 0xff]);

/** A message may refer to this many bytes before it. */
const DEFLATE_WINDOW_BYTES = 32_768;

interface Header {
  readonly opcode: number;
  readonly isCompressed: boolean;
  readonly isLast: boolean;
  readonly mask: Buffer | null;
  /** Offset and length of the payload. */
  readonly start: number;
  readonly length: number;
}

export class FrameReader {
  readonly #onFrame: (frame: ReadFrame) => void;
  #pending: Buffer = Buffer.alloc(0);
  /** Bytes behind them. They are joined once per frame: its bytes may arrive one by one. */
  #later: Buffer[] = [];
  #laterBytes = 0;
  /** The number of bytes with which the next frame, or its header, may be complete. */
  #neededBytes = 0;
  /** The parts of a fragmented message, and its opcode. */
  #parts: Buffer[] = [];
  #opcode = 0;
  #isCompressed = false;
  /** The end of what compressed messages contained. */
  #window: Buffer = Buffer.alloc(0);

  constructor(onFrame: (frame: ReadFrame) => void) {
    this.#onFrame = onFrame;
  }

  /** Bytes of a frame that is not complete, or that follow the frame being reported. */
  get unreadBytes(): number {
    return this.#pending.length + this.#laterBytes;
  }

  push(bytes: Buffer): void {
    this.#later.push(bytes);
    this.#laterBytes += bytes.length;
    if (this.unreadBytes < this.#neededBytes) return;
    this.#join();
    for (;;) {
      const header = headerOf(this.#pending);
      const neededBytes = header === null ? this.#pending.length + 1 : header.start + header.length;
      if (header === null || this.#pending.length < neededBytes) {
        this.#neededBytes = neededBytes;
        return;
      }
      const payload = unmasked(this.#pending.subarray(header.start, header.start + header.length), header.mask);
      this.#pending = this.#pending.subarray(header.start + header.length);
      this.#take(header, payload);
    }
  }

  #join(): void {
    const [bytes] = this.#later;
    const isAlone = this.#pending.length === 0 && this.#later.length === 1;
    this.#pending = isAlone && bytes !== undefined ? bytes : Buffer.concat([this.#pending, ...this.#later]);
    this.#later = [];
    this.#laterBytes = 0;
    this.#neededBytes = 0;
  }

  #take({ opcode, isCompressed, isLast }: Header, payload: Buffer): void {
    if (opcode >= CLOSE) {
      this.#emit(opcode, payload);
      return;
    }
    if (opcode !== CONTINUATION) {
      this.#opcode = opcode;
      this.#isCompressed = isCompressed;
    }
    this.#parts.push(payload);
    if (!isLast) return;
    const whole = this.#parts.length === 1 ? payload : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#emit(this.#opcode, this.#isCompressed ? this.#restored(whole) : whole);
  }

  /** The payload itself if it cannot be restored: the receiver will refuse it. */
  #restored(payload: Buffer): Buffer {
    const { Z_SYNC_FLUSH: finishFlush } = zlib.constants;
    const dictionary = this.#window.length === 0 ? {} : { dictionary: this.#window };
    try {
      const bytes = zlib.inflateRawSync(Buffer.concat([payload, DEFLATE_END]), { finishFlush, ...dictionary });
      this.#window = Buffer.concat([this.#window, bytes]).subarray(-DEFLATE_WINDOW_BYTES);
      return bytes;
    } catch {
      return payload;
    }
  }

  #emit(opcode: number, payload: Buffer): void {
    const kind = KINDS.get(opcode);
    if (kind === undefined) return;
    if (kind === 'close') {
      const code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
      this.#onFrame({ kind, payload: payload.toString('utf8', 2), code });
      return;
    }
    this.#onFrame({ kind, payload: kind === 'text' ? payload.toString('utf8') : Buffer.from(payload), code: 0 });
  }
}

/** Null until the header is complete. */
function headerOf(bytes: Buffer): Header | null {
  if (bytes.length < 2) return null;
  const [first = 0, second = 0] = bytes;
  const isMasked = (second & 0x80) !== 0;
  const short = second & 0x7f;
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  const maskStart = 2 + lengthBytes;
  const start = maskStart + (isMasked ? 4 : 0);
  if (bytes.length < start) return null;
  const length =
    lengthBytes === 2 ? bytes.readUInt16BE(2) : lengthBytes === 8 ? Number(bytes.readBigUInt64BE(2)) : short;
  const mask = isMasked ? bytes.subarray(maskStart, start) : null;
  const isCompressed = (first & 0x70) === 0x40;
  return { opcode: first & 0x0f, isCompressed, isLast: (first & 0x80) !== 0, mask, start, length };
}

function unmasked(bytes: Buffer, mask: Buffer | null): Buffer {
  if (mask === null) return bytes;
  const plain = Buffer.allocUnsafe(bytes.length);
  for (let index = 0; index < bytes.length; index += 1) plain[index] = (bytes[index] ?? 0) ^ (mask[index & 3] ?? 0);
  return plain;
}
