/**
 * Places in a message, as fractions of it. Versions of Node write heads of HTTP that differ in a
 * few bytes. So a head and what follows it have half of the range each: a fraction then leads to
 * the same part of the message on every version.
 */

const HEAD_START = /^(?:HTTP\/1\.\d |[A-Z]{3,16} \S)/;
const HEAD_END = '\r\n\r\n';
const START_BYTES = 20;

/** Number of bytes of the complete HTTP head at the start of a message; 0 without one. */
export function headBytesOf(bytes: Buffer): number {
  if (!HEAD_START.test(bytes.toString('latin1', 0, START_BYTES))) return 0;
  const end = bytes.indexOf(HEAD_END);
  return end < 0 ? 0 : end + HEAD_END.length;
}

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The offset of a place within a range of a message, for a fraction in [0, 1). */
export function offsetAt({ start, end }: Range, headBytes: number, fraction: number): number {
  if (headBytes <= start || headBytes >= end) return start + Math.floor(fraction * (end - start));
  return fraction < 0.5
    ? start + Math.floor(2 * fraction * (headBytes - start))
    : headBytes + Math.floor((2 * fraction - 1) * (end - headBytes));
}
