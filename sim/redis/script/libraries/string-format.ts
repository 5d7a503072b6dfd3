/** `string.format` of Lua 5.1. */
import type { LuaState } from 'fengari';
import { argumentError, checkLatin1, checkNumber, raise, toBigInteger, toUnsigned } from '../arguments.ts';
import { lua } from '../interpreter/fengari.ts';
import { formatDouble, formatInteger, type NumberFormat } from '../interpreter/numerals.ts';

const CONVERSION = /^([-+ #0]*)(\d{0,2})(?:\.(\d{0,2}))?/;
const FLAGS_MAX = 5;
/** Longer strings without a precision are not padded. */
const PADDED_MAX = 100;

const QUOTED: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\\n',
  '\r': '\\r',
  '\0': '\\000',
};

/** Formats the arguments of the call. The result has one character per byte. */
export function formatText(state: LuaState): string {
  const count = lua.lua_gettop(state);
  const format = checkLatin1(state, 1);
  let result = '';
  let argument = 1;
  for (let at = 0; at < format.length;) {
    const end = format.indexOf('%', at);
    if (end < 0) return result + format.slice(at);
    result += format.slice(at, end);
    at = end + 1;
    if (format.charAt(at) === '%') {
      result += '%';
      at += 1;
      continue;
    }
    argument += 1;
    if (argument > count) argumentError(state, argument, 'no value');
    const [whole, flags = '', width = '', precision] = CONVERSION.exec(format.slice(at)) ?? [''];
    if (flags.length > FLAGS_MAX) raise(state, 'invalid format (repeated flags)');
    at += whole.length;
    if (/\d/.test(format.charAt(at))) raise(state, 'invalid format (width or precision too long)');
    const layout = {
      flags,
      width: Number(width),
      precision: precision === undefined ? -1 : Number(precision),
    };
    result += item(state, argument, format.charAt(at), layout);
    at += 1;
  }
  return result;
}

function item(state: LuaState, index: number, letter: string, layout: NumberFormat): string {
  switch (letter) {
    case 'c':
      return character(checkNumber(state, index), layout);
    case 'd':
    case 'i':
      return formatInteger(letter, toBigInteger(checkNumber(state, index)), layout);
    case 'o':
    case 'u':
    case 'x':
    case 'X':
      return formatInteger(letter, toUnsigned(checkNumber(state, index)), layout);
    case 'e':
    case 'E':
    case 'f':
    case 'g':
    case 'G':
      return formatDouble(letter, checkNumber(state, index), layout);
    case 'q':
      return `"${checkLatin1(state, index).replace(/["\\\n\r\0]/g, (char) => QUOTED[char] ?? char)}"`;
    case 's':
      return text(checkLatin1(state, index), layout);
    default:
      return raise(state, `invalid option '%${letter}' to 'format'`);
  }
}

function character(value: number, { flags, width }: NumberFormat): string {
  // Cast to an int of 32 bits, whose lower byte is 0 if the number does not fit.
  const char = String.fromCharCode(Math.abs(value) < 2 ** 31 ? Math.trunc(value) & 0xff : 0);
  const padded = flags.includes('-') ? char.padEnd(width) : char.padStart(width);
  // C ends the text at a NUL.
  return padded.split('\0')[0] ?? '';
}

function text(value: string, { flags, width, precision }: NumberFormat): string {
  if (precision < 0 && value.length >= PADDED_MAX) return value;
  const whole = value.split('\0')[0] ?? '';
  const cut = precision < 0 ? whole : whole.slice(0, precision);
  return flags.includes('-') ? cut.padEnd(width) : cut.padStart(width);
}
