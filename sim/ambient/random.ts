/**
 * Random bytes, integers and UUIDs, drawn from the host.
 */
import type { AmbientHost } from '../system/image.ts';

/**
 * Fills the bytes from `start` to `end` with 32 bits of each draw, which is the resolution of a
 * host's fraction.
 */
export function fillRandom(
  host: AmbientHost,
  label: string,
  bytes: Uint8Array,
  start = 0,
  end: number = bytes.length,
): void {
  let word = 0;
  for (let index = 0; start + index < end; index++) {
    if (index % 4 === 0) word = Math.floor(host.fraction(label) * 2 ** 32);
    bytes[start + index] = word & 0xff;
    word >>>= 8;
  }
}

/** Uniform in [min, max), both safe integers. */
export function randomInteger(host: AmbientHost, label: string, min: number, max: number): number {
  const span = max - min;
  const high = span > 2 ** 32 ? Math.floor(host.fraction(label) * 2 ** 21) : 0;
  const fraction = span > 2 ** 32 ? (high + host.fraction(label)) / 2 ** 21 : host.fraction(label);
  return min + Math.min(Math.floor(fraction * span), span - 1);
}

/** Version 4, RFC 9562. */
export function randomUuid(host: AmbientHost, label: string): `${string}-${string}-${string}-${string}-${string}` {
  const bytes = new Uint8Array(16);
  fillRandom(host, label, bytes);
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Buffer.from(bytes).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
