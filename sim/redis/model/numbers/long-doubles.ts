/**
 * Sums of 80-bit floating point numbers, which INCRBYFLOAT and HINCRBYFLOAT compute with: 64 bits
 * of mantissa, rounded to the nearest, ties to even. A number is `mantissa * 2 ** exponent`.
 */
interface LongDouble {
  readonly mantissa: bigint;
  readonly exponent: number;
}

const MANTISSA_BITS = 64;
/** The exponent of the smallest mantissa bit, and of the largest number. */
const [LEAST_EXPONENT, GREATEST_EXPONENT] = [-16445, 16384];
/** Beyond this number of decimal digits, a number is too large or too small for certain. */
const DECIMAL_EXPONENT_MAX = 6000;
/** Digits after the point that Redis prints. */
const FRACTION_DIGITS = 17;

const INFINITE = /^[+-]?inf(?:inity)?$/i;
const DECIMAL = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i;
const HEXADECIMAL = /^([+-]?)0x([\da-f]*)\.?([\da-f]*)(?:p([+-]?\d+))?$/i;

/**
 * Returns the sum of two numbers as Redis formats it; null when a text is not a finite number or
 * the sum is too large.
 */
export function addLongDoubles(one: string, other: string): string | null {
  const [left, right] = [parseLongDouble(one), parseLongDouble(other)];
  if (left === null || right === null) return null;
  const exponent = Math.min(left.exponent, right.exponent);
  const sum = aligned(left, exponent) + aligned(right, exponent);
  const rounded = exponent >= 0 ? quotient(sum << BigInt(exponent), 1n) : quotient(sum, 1n << BigInt(-exponent));
  return rounded === null ? null : format(rounded);
}

export function isInfinite(text: string): boolean {
  return INFINITE.test(text);
}

/** Whether the text is a number, which may be infinite. */
export function isLongDouble(text: string): boolean {
  return isInfinite(text) || parseLongDouble(text) !== null;
}

/** Multiplies seconds by 1000 and rounds up. Returns null when the text is not a finite number. */
export function millisecondsOf(seconds: string): bigint | null {
  const value = parseLongDouble(seconds);
  if (value === null) return null;
  const { mantissa, exponent } = value;
  const product =
    exponent >= 0
      ? quotient((mantissa * 1000n) << BigInt(exponent), 1n)
      : quotient(mantissa * 1000n, 1n << BigInt(-exponent));
  if (product === null) return null;
  if (product.exponent >= 0) return product.mantissa << BigInt(product.exponent);
  // Shifting rounds down.
  return -(-product.mantissa >> BigInt(-product.exponent));
}

/** Returns null when the text is not a finite number in range. */
function parseLongDouble(text: string): LongDouble | null {
  const hexadecimal = HEXADECIMAL.exec(text);
  const [, sign, whole = '', fraction = '', exponentText = '0'] = hexadecimal ?? DECIMAL.exec(text) ?? [];
  if (whole + fraction === '') return null;
  const size = BigInt((hexadecimal === null ? '' : '0x') + whole + fraction);
  const exponent = Number(exponentText) - fraction.length * (hexadecimal === null ? 1 : 4);
  if (size === 0n) return { mantissa: 0n, exponent: 0 };
  if (Math.abs(exponent) > DECIMAL_EXPONENT_MAX * (hexadecimal === null ? 1 : 4)) return null;
  const base = hexadecimal === null ? 10n : 2n;
  const power = base ** BigInt(Math.abs(exponent));
  const signed = sign === '-' ? -size : size;
  const value = exponent >= 0 ? quotient(signed * power, 1n) : quotient(signed, power);
  // A number that rounds to zero is out of range too.
  return value === null || value.mantissa === 0n ? null : value;
}

const aligned = ({ mantissa, exponent }: LongDouble, to: number): bigint => mantissa << BigInt(exponent - to);

const bitLength = (value: bigint): number => value.toString(2).length;

/** Rounds `numerator / denominator`. Returns null when it is too large. */
function quotient(numerator: bigint, denominator: bigint): LongDouble | null {
  if (numerator === 0n) return { mantissa: 0n, exponent: 0 };
  const size = numerator < 0n ? -numerator : numerator;
  let exponent = Math.max(bitLength(size) - bitLength(denominator) - MANTISSA_BITS, LEAST_EXPONENT);
  let mantissa = divide(size, denominator, exponent);
  // The quotient has one bit more than expected, or not: then rounding again needs the exact value.
  if (bitLength(mantissa) > MANTISSA_BITS) mantissa = divide(size, denominator, (exponent += 1));
  if (bitLength(mantissa) + exponent > GREATEST_EXPONENT) return null;
  return { mantissa: numerator < 0n ? -mantissa : mantissa, exponent };
}

/** Returns `numerator / denominator / 2 ** exponent`, rounded to the nearest, ties to even. */
function divide(numerator: bigint, denominator: bigint, exponent: number): bigint {
  const [above, below] =
    exponent < 0 ? [numerator << BigInt(-exponent), denominator] : [numerator, denominator << BigInt(exponent)];
  const whole = above / below;
  const twiceRest = (above - whole * below) * 2n;
  const isUp = twiceRest > below || (twiceRest === below && whole % 2n === 1n);
  return isUp ? whole + 1n : whole;
}

/** Formats as `%.17Lf`, without trailing zeros. */
function format({ mantissa, exponent }: LongDouble): string {
  const size = (mantissa < 0n ? -mantissa : mantissa) * 10n ** BigInt(FRACTION_DIGITS);
  const digits = divide(size, 1n, -exponent)
    .toString()
    .padStart(FRACTION_DIGITS + 1, '0');
  const text = `${digits.slice(0, -FRACTION_DIGITS)}.${digits.slice(-FRACTION_DIGITS)}`.replace(/\.?0+$/, '');
  return mantissa < 0n && text !== '0' ? `-${text}` : text;
}
