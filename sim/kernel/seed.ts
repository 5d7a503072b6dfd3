/**
 * A seed: 64 bits, written in hexadecimal everywhere, since 64 bits don't fit a JSON number.
 */
import seedrandom from 'seedrandom';

/** `0x` and one to sixteen lower-case hexadecimal digits, without leading zeros. */
export type Seed = `0x${string}`;

const SEED_BITS = 64;

/** Reads a seed as a person writes it; null when it is none. */
export function parseSeed(text: string): Seed | null {
  return /^0x[0-9a-f]{1,16}$/i.test(text) ? formatSeed(BigInt(text)) : null;
}

export function formatSeed(value: bigint): Seed {
  return `0x${BigInt.asUintN(SEED_BITS, value).toString(16)}`;
}

/** The seed `offset` places after `start`, wrapping at 64 bits. */
export function seedAfter(start: Seed, offset: number): Seed {
  return formatSeed(BigInt(start) + BigInt(offset));
}

/** Four independent 32-bit words of a seed, expanded by seedrandom so that neighbouring seeds share nothing. */
export function expandSeed(seed: Seed): readonly [number, number, number, number] {
  const stream = seedrandom.alea(seed);
  return [stream.int32(), stream.int32(), stream.int32(), stream.int32()];
}
