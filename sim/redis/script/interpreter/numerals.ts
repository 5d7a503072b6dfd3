/** Formats and parses numbers as the C library does for Lua 5.1 and Redis. */

/** What a conversion such as `%-08.3f` says, apart from its letter. */
export interface NumberFormat {
  /** Some of `-+ #0`. */
  readonly flags: string;
  readonly width: number;
  /** -1 when none is given. */
  readonly precision: number;
}

/** As `%.14g`, which is how Lua 5.1 prints numbers. */
export function shownNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e14) return Object.is(value, -0) ? '-0' : String(value);
  return general(value, 14, false);
}

/** As `%.17g`, which is how Redis prints the numbers that a script passes to a command. */
export function argumentNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return Object.is(value, -0) ? '-0' : String(value);
  return general(value, 17, false);
}

/** As `%…e`, `%…f` or `%…g`; a capital letter gives capitals. */
export function formatDouble(letter: string, value: number, { flags, width, precision }: NumberFormat): string {
  const digits = precision < 0 ? 6 : precision;
  const hasPoint = flags.includes('#');
  const kind = letter.toLowerCase();
  const text =
    kind === 'g'
      ? general(value, digits === 0 ? 1 : digits, hasPoint)
      : kind === 'e'
        ? exponential(value, digits, hasPoint)
        : fixed(value, digits, hasPoint);
  const shown = letter === kind ? text : text.toUpperCase();
  return padded(shown, flags, width, Number.isFinite(value));
}

/** As `%…d`, `%…u`, `%…o`, `%…x` or `%…X` of a 64-bit integer. */
export function formatInteger(letter: string, value: bigint, { flags, width, precision }: NumberFormat): string {
  const isSigned = letter === 'd' || letter === 'i';
  const magnitude = isSigned ? (value < 0n ? -value : value) : BigInt.asUintN(64, value);
  const radix = letter === 'o' ? 8 : letter === 'x' || letter === 'X' ? 16 : 10;
  let digits = magnitude === 0n && precision === 0 ? '' : magnitude.toString(radix).padStart(precision, '0');
  if (flags.includes('#') && radix === 8 && !digits.startsWith('0')) digits = `0${digits}`;
  if (flags.includes('#') && radix === 16 && magnitude !== 0n) digits = `0x${digits}`;
  const text = isSigned && value < 0n ? `-${digits}` : digits;
  const shown = letter === 'X' ? text.toUpperCase() : text;
  return padded(shown, isSigned ? flags : flags.replace(/[+ ]/g, ''), width, precision < 0);
}

/** Adds the sign and the padding that the flags ask for. */
function padded(text: string, flags: string, width: number, mayHaveZeros: boolean): string {
  const sign = text.startsWith('-') ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const body = text.startsWith('-') ? text.slice(1) : text;
  if (flags.includes('-')) return (sign + body).padEnd(width);
  if (!flags.includes('0') || !mayHaveZeros) return (sign + body).padStart(width);
  const prefix = /^0x/i.exec(body)?.[0] ?? '';
  return sign + prefix + body.slice(prefix.length).padStart(width - sign.length - prefix.length, '0');
}

/** NaN has the sign that x86-64 gives the result of an invalid operation. */
function notFinite(value: number): string | null {
  if (Number.isNaN(value)) return '-nan';
  return Number.isFinite(value) ? null : value < 0 ? '-inf' : 'inf';
}

const isNegative = (value: number): boolean => value < 0 || Object.is(value, -0);

function general(value: number, precision: number, keepsZeros: boolean): string {
  const special = notFinite(value);
  if (special !== null) return special;
  if (value === 0 && !keepsZeros) return Object.is(value, -0) ? '-0' : '0';
  const scientific = exponential(value, precision - 1, keepsZeros);
  const [mantissa = '', exponentText = ''] = scientific.split('e');
  const exponent = Number(exponentText);
  const isFixed = exponent >= -4 && exponent < precision;
  const text = isFixed ? fixed(value, precision - 1 - exponent, keepsZeros) : mantissa;
  const short = keepsZeros || !text.includes('.') ? text : text.replace(/\.?0+$/, '');
  return isFixed ? short : `${short}e${exponentText}`;
}

function exponential(value: number, digits: number, hasPoint: boolean): string {
  const special = notFinite(value);
  if (special !== null) return special;
  const magnitude = Math.abs(value);
  const [mantissa = '', exponent = ''] = roundedExponential(magnitude, Math.min(digits, 100)).split('e');
  const [, sign = '+', number = '0'] = /^([+-])(\d+)$/.exec(exponent) ?? [];
  const point = hasPoint && digits === 0 ? '.' : '';
  return `${isNegative(value) ? '-' : ''}${mantissa}${point}e${sign}${number.padStart(2, '0')}`;
}

function fixed(value: number, digits: number, hasPoint: boolean): string {
  const special = notFinite(value);
  if (special !== null) return special;
  const magnitude = Math.abs(value);
  const point = hasPoint && digits === 0 ? '.' : '';
  return `${isNegative(value) ? '-' : ''}${roundedFixed(magnitude, digits)}${point}`;
}

/** JavaScript rounds a tie up; C rounds it to an even digit. */
function roundedFixed(magnitude: number, digits: number): string {
  if (magnitude >= 1e21) return BigInt(magnitude).toString() + (digits > 0 ? `.${'0'.repeat(digits)}` : '');
  const text = magnitude.toFixed(digits);
  if (digits > 60) return text;
  const exact = magnitude.toFixed(digits + 40);
  return isTie(exact, 40) && isOdd(text) ? cut(exact, 40) : text;
}

function roundedExponential(magnitude: number, digits: number): string {
  const text = magnitude.toExponential(digits);
  if (digits > 60) return text;
  const [mantissa = '', exponent = ''] = magnitude.toExponential(digits + 40).split('e');
  return isTie(mantissa, 40) && isOdd(text.split('e')[0] ?? '') ? `${cut(mantissa, 40)}e${exponent}` : text;
}

const isTie = (exact: string, extra: number): boolean => exact.slice(-extra) === `5${'0'.repeat(extra - 1)}`;
const isOdd = (text: string): boolean => /[13579]$/.test(text);
const cut = (exact: string, extra: number): string => exact.slice(0, -extra).replace(/\.$/, '');

const DECIMAL = /^[ \t\n\v\f\r]*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/;
const SPECIAL = /^[ \t\n\v\f\r]*([+-]?)(inf(?:inity)?|nan(?:\(\w*\))?)/i;
const HEXADECIMAL = /^[ \t\n\v\f\r]*([+-]?)0x([\da-f]*)(?:\.([\da-f]*))?(?:p([+-]?\d+))?/i;
const SPACES = /^[ \t\n\v\f\r]*$/;

/**
 * Reads a number at the beginning of a text as `strtod` does. Returns how many characters it took,
 * 0 if there is no number, and the number.
 */
export function numberAt(text: string): readonly [length: number, value: number] {
  const hexadecimal = HEXADECIMAL.exec(text);
  const [matched, value] =
    hexadecimal !== null && `${hexadecimal[2] ?? ''}${hexadecimal[3] ?? ''}` !== ''
      ? ([hexadecimal[0], hexadecimalNumber(hexadecimal)] as const)
      : decimalNumber(text);
  return [matched?.length ?? 0, value];
}

/**
 * Converts text to a number as `luaO_str2d` of Lua 5.1 does. Returns null when it is not a number.
 * Text ends at a NUL.
 */
export function parsedNumber(text: string): number | null {
  const nul = text.indexOf('\0');
  const whole = nul < 0 ? text : text.slice(0, nul);
  const [length, value] = numberAt(whole);
  return length > 0 && SPACES.test(whole.slice(length)) ? value : null;
}

function decimalNumber(text: string): readonly [matched: string | null, value: number] {
  const decimal = DECIMAL.exec(text);
  if (decimal !== null) return [decimal[0], Number(decimal[1])];
  const special = SPECIAL.exec(text);
  if (special === null) return [null, 0];
  const magnitude = /^i/i.test(special[2] ?? '') ? Infinity : NaN;
  return [special[0], special[1] === '-' ? -magnitude : magnitude];
}

function hexadecimalNumber([, sign, whole = '', fraction = '', exponent = '0']: RegExpExecArray): number {
  const magnitude = Number(BigInt(`0x${whole}${fraction}`)) * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === '-' ? -magnitude : magnitude;
}
