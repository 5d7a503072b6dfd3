/** Doubles: parsed as C's `strtod` parses them, and formatted as `%.17g`. */

const SHORT_INTEGER = /^\d{1,15}$/;
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const HEXADECIMAL = /^([+-]?)0x([\da-f]*)\.?([\da-f]*)(?:p([+-]?\d+))?$/i;
const INFINITE = /^([+-]?)inf(?:inity)?$/i;

/** Returns NaN when the text is not a number. A number that is too large is infinite. */
export function parseDouble(text: string): number {
  if (SHORT_INTEGER.test(text) || DECIMAL.test(text)) return Number(text);
  const infinite = INFINITE.exec(text);
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity;
  const hexadecimal = HEXADECIMAL.exec(text);
  if (hexadecimal === null) return NaN;
  const [, sign, whole = '', fraction = '', exponent = '0'] = hexadecimal;
  const digits = whole + fraction;
  if (digits === '') return NaN;
  const size = Number(BigInt(`0x${digits}`)) * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === '-' ? -size : size;
}

/** Whether a number that is not infinite or zero was too large or too small for a double. */
export function isOutOfRange(text: string, value: number): boolean {
  if (value === 0) return /[1-9a-f]/i.test(text.replace(/^[+-]?0x/i, '').replace(/[ep][+-]?\d+$/i, ''));
  return !Number.isFinite(value) && !INFINITE.test(text);
}

/** Formats a double as Redis 7.0 does: with up to 17 significant digits. */
export function formatDouble(value: number): string {
  if (Number.isSafeInteger(value)) return Object.is(value, -0) ? '-0' : String(value);
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const [digits = '', exponentText = '0'] = value.toExponential(16).split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 17) return withoutTrailingZeros(value.toPrecision(17));
  const size = String(Math.abs(exponent)).padStart(2, '0');
  return `${withoutTrailingZeros(digits)}e${exponent < 0 ? '-' : '+'}${size}`;
}

/** Formats a double as a sorted set of few members stores it: integers have no exponent. */
export function formatStoredDouble(value: number): string {
  return Number.isInteger(value) && Math.abs(value) <= 2 ** 62 && !Object.is(value, -0)
    ? String(BigInt(value))
    : formatDouble(value);
}

/** Formats a double as `%f` does: with six decimals, whatever its size. */
export function formatFixed(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Math.abs(value) >= 2 ** 53) return `${BigInt(value)}.000000`;
  const text = Math.abs(value).toFixed(6);
  return value < 0 || Object.is(value, -0) ? `-${text}` : text;
}

/**
 * Converts a double to an integer of 64 bits, as a cast in C on x86 does: it drops the fraction,
 * and what is out of range becomes the least integer.
 */
export function integerOf(value: number, isUnsigned: boolean): bigint {
  if (isUnsigned && value >= 2 ** 63) return BigInt.asUintN(64, integerOf(value - 2 ** 63, false) ^ (1n << 63n));
  return value >= -(2 ** 63) && value < 2 ** 63 ? BigInt(Math.trunc(value)) : -(2n ** 63n);
}

function withoutTrailingZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
