/**
 * 64-bit integers. One that a number holds exactly is a number; any other is a bigint. So equal
 * integers are identical, and `<` compares all of them.
 */
export type Wide = number | bigint;

export const INT64_MIN = -(2n ** 63n);
export const INT64_MAX = 2n ** 63n - 1n;
export const UINT64_MAX = 2n ** 64n - 1n;

/** Every decimal integer of this length is a safe number. */
const SAFE_LENGTH = 15;

/** The integer as a number if that is exact. */
export function normalized(value: bigint): Wide {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Parses a decimal integer, which the caller has checked to be one. */
export function wideOf(text: string): Wide {
  return text.length <= SAFE_LENGTH ? Number(text) : normalized(BigInt(text));
}

export function plus(one: Wide, other: Wide): Wide {
  if (typeof one === 'number' && typeof other === 'number') {
    const sum = one + other;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return normalized(BigInt(one) + BigInt(other));
}

export function minus(one: Wide, other: Wide): Wide {
  return plus(one, -other);
}

export function times(one: Wide, other: number): Wide {
  if (typeof one === 'number' && Number.isSafeInteger(one * other)) return one * other;
  return normalized(BigInt(one) * BigInt(other));
}

/** Rounds down. For integers that are not negative. */
export function quotient(one: Wide, other: number): Wide {
  return typeof one === 'number' ? Math.floor(one / other) : normalized(one / BigInt(other));
}

export function isInt64(value: Wide): boolean {
  return typeof value === 'number' || (value >= INT64_MIN && value <= INT64_MAX);
}

const INTEGER = /^(0|-?[1-9]\d{0,18})$/;

/** Whether the text is an integer of 64 bits, as Redis writes it. */
export function isInteger(text: string | undefined): text is string {
  return text !== undefined && INTEGER.test(text) && (text.length < 19 || isInt64(wideOf(text)));
}
