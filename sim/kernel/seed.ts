/**
 * A seed: 64 bits, written in hexadecimal everywhere, because a JSON number cannot hold 64 bits.
 */
import seedrandom from 'seedrandom';

/** `0x` and one to sixteen lower-case hexadecimal digits, without leading zeros. */
export type Seed = `0x${string}`;

const SEED_BITS = 64;

/** Parses a seed, in upper or lower case; null if the text is not a seed. */
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

/**
 * Four independent 32-bit words, expanded by seedrandom so that neighbouring seeds are unrelated.
 */
export function expandSeed(seed: Seed): readonly [number, number, number, number] {
  const stream = seedrandom.alea(seed);
  return [stream.int32(), stream.int32(), stream.int32(), stream.int32()];
}
