/**
 * How the fault `segmentation` splits messages.
 *
 * Fault model. TCP is a stream: a network may split what was written anywhere, and join what was
 * written apart. A path with small packets, a retransmission, a proxy, or a receiver that reads
 * late does so. During the fault, a message arrives in one of four ways: its first and its last
 * bytes singly; its head apart from its body; in eight pieces; or late, so that the messages behind
 * it arrive in the same read. Nothing is lost or reordered.
 */
import { headBytesOf, offsetAt } from './places.ts';

export const MODES = ['bytes', 'head', 'pieces', 'late'] as const;
export type SegmentationMode = (typeof MODES)[number];

/** A message of at most this size is split at every byte. */
const SMALL_BYTES = 16;
/** Number of bytes that arrive singly at the start and at the end of a larger message. */
const FIRST_BYTES = 8;
const LAST_BYTES = 3;
const PIECES = 8;

/** Offsets of the splits, ascending. Their number is the same for all heads of HTTP. */
export function segmentationPoints(bytes: Buffer, mode: SegmentationMode): readonly number[] {
  const { length } = bytes;
  if (length < 2 || mode === 'late') return [];
  if (mode === 'bytes') {
    if (length <= SMALL_BYTES) return Array.from({ length: length - 1 }, (_, index) => index + 1);
    const first = Array.from({ length: FIRST_BYTES }, (_, index) => index + 1);
    return [...first, ...Array.from({ length: LAST_BYTES }, (_, index) => length - LAST_BYTES + index)];
  }
  const headBytes = headBytesOf(bytes);
  if (mode === 'head') return [headBytes > 0 && headBytes < length ? headBytes : frameHeadBytes(bytes, headBytes)];
  return Array.from({ length: PIECES - 1 }, (_, index) =>
    offsetAt({ start: 0, end: length }, headBytes, (index + 1) / PIECES),
  );
}

/**
 * Splits behind the header of a WebSocket frame (RFC 6455, section 5.2), and a lone head of HTTP
 * before its last line end. Bytes that are neither are split somewhere.
 */
function frameHeadBytes(bytes: Buffer, headBytes: number): number {
  if (headBytes > 0) return bytes.length - 2;
  const second = bytes[1] ?? 0;
  const isMasked = (second & 0x80) !== 0;
  const short = second & 0x7f;
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  return Math.min(bytes.length - 1, 2 + lengthBytes + (isMasked ? 4 : 0));
}
