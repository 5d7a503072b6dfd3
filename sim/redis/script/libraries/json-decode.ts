/** Decodes JSON as lua-cjson 2.1 does, with its errors. */
import type { LuaState } from 'fengari';
import { pushLatin1, raise } from '../arguments.ts';
import { checkDepth } from '../depth.ts';
import { lua } from '../interpreter/fengari.ts';
import { numberAt } from '../interpreter/numerals.ts';
import { SLOTS } from '../lua-values.ts';
import type { JsonSettings } from './json-settings.ts';

/** What `cjson.null` is. */
export const NULL = Object.freeze({ json: 'null' });

const SYMBOLS: Readonly<Record<string, string>> = {
  '{': 'T_OBJ_BEGIN',
  '}': 'T_OBJ_END',
  '[': 'T_ARR_BEGIN',
  ']': 'T_ARR_END',
  ':': 'T_COLON',
  ',': 'T_COMMA',
};
const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
const SPACES = ' \t\n\r';

interface Token {
  /** For an error its text. */
  readonly type: string;
  /** Where it begins. */
  readonly index: number;
  readonly value: string | number | boolean | null;
}

export class JsonDecoder {
  readonly #state: LuaState;
  readonly #settings: JsonSettings;
  readonly #text: string;
  #at = 0;
  #depth = 0;

  /** `text` has one character per byte. */
  constructor(state: LuaState, settings: JsonSettings, text: string) {
    this.#state = state;
    this.#settings = settings;
    this.#text = text;
  }

  /** Pushes the value. */
  decode(): void {
    if (this.#text.length >= 2 && (this.#char(0) === '\0' || this.#char(1) === '\0'))
      raise(this.#state, 'JSON parser does not support UTF-16 or UTF-32');
    this.#value(this.#next());
    const token = this.#next();
    if (token.type !== 'T_END') this.#fail('the end', token);
  }

  #char(index: number): string {
    return this.#text.charAt(index);
  }

  #fail(expected: string, { type, index }: Token): never {
    return raise(this.#state, `Expected ${expected} but found ${type} at character ${index + 1}`);
  }

  #value(token: Token): void {
    const state = this.#state;
    if (token.type === 'T_OBJ_BEGIN') this.#object();
    else if (token.type === 'T_ARR_BEGIN') this.#array();
    else if (token.type === 'T_NULL') lua.lua_pushlightuserdata(state, NULL);
    else if (typeof token.value === 'string') pushLatin1(state, token.value);
    else if (typeof token.value === 'number') lua.lua_pushnumber(state, token.value);
    else if (typeof token.value === 'boolean') lua.lua_pushboolean(state, token.value);
    else this.#fail('value', token);
  }

  #descend(): void {
    this.#depth += 1;
    if (this.#depth > this.#settings.decodeDepthMax)
      raise(this.#state, `Found too many nested data structures (${this.#depth}) at character ${this.#at}`);
    checkDepth(this.#depth);
    lua.lua_checkstack(this.#state, SLOTS);
    lua.lua_newtable(this.#state);
  }

  #object(): void {
    this.#descend();
    let token = this.#next();
    while (token.type !== 'T_OBJ_END') {
      if (token.type !== 'T_STRING') this.#fail('object key string', token);
      pushLatin1(this.#state, token.value as string);
      token = this.#next();
      if (token.type !== 'T_COLON') this.#fail('colon', token);
      this.#value(this.#next());
      lua.lua_rawset(this.#state, -3);
      token = this.#next();
      if (token.type === 'T_OBJ_END') break;
      if (token.type !== 'T_COMMA') this.#fail('comma or object end', token);
      token = this.#next();
      // A comma before the end is an error.
      if (token.type === 'T_OBJ_END') this.#fail('object key string', token);
    }
    this.#depth -= 1;
  }

  #array(): void {
    this.#descend();
    let token = this.#next();
    for (let index = 1; token.type !== 'T_ARR_END' || index > 1; index += 1) {
      this.#value(token);
      lua.lua_rawseti(this.#state, -2, index);
      token = this.#next();
      if (token.type === 'T_ARR_END') break;
      if (token.type !== 'T_COMMA') this.#fail('comma or array end', token);
      token = this.#next();
    }
    this.#depth -= 1;
  }

  #next(): Token {
    while (this.#at < this.#text.length && SPACES.includes(this.#char(this.#at))) this.#at += 1;
    const index = this.#at;
    const char = this.#char(index);
    const token = (type: string, value: Token['value'] = null): Token => ({ type, index, value });
    if (char === '' || char === '\0') return token('T_END');
    if (Object.hasOwn(SYMBOLS, char)) {
      this.#at += 1;
      return token(SYMBOLS[char] ?? '');
    }
    if (char === '"') return this.#string(index);
    if (/[-\d]/.test(char))
      return !this.#settings.decodesInvalid && this.#isInvalidNumber() ? token('invalid number') : this.#number(index);
    for (const [word, value] of WORDS) {
      if (!this.#text.startsWith(word, index)) continue;
      this.#at += word.length;
      return token(value === null ? 'T_NULL' : 'T_BOOLEAN', value);
    }
    if (/[+iInN]/.test(char) && this.#settings.decodesInvalid && this.#isInvalidNumber()) return this.#number(index);
    return token('invalid token');
  }

  /** Whether it is a number that JSON does not have. */
  #isInvalidNumber(): boolean {
    return /^(?:\+|-?(?:0[xX\d]|inf|nan))/i.test(this.#text.slice(this.#at, this.#at + 5));
  }

  #number(index: number): Token {
    const [length, value] = numberAt(this.#text.slice(index));
    if (length === 0) return { type: 'invalid number', index, value: null };
    this.#at += length;
    return { type: 'T_NUMBER', index, value };
  }

  #string(index: number): Token {
    let value = '';
    const fail = (type: string): Token => ({ type, index: this.#at, value: null });
    this.#at += 1;
    for (;;) {
      const char = this.#char(this.#at);
      if (char === '"') break;
      if (char === '' || char === '\0') return fail('unexpected end of string');
      if (char !== '\\') {
        value += char;
        this.#at += 1;
        continue;
      }
      const escape = this.#char(this.#at + 1);
      if (escape === 'u') {
        const unicode = this.#unicode();
        if (unicode === null) return fail('invalid unicode escape code');
        value += unicode;
      } else {
        if (!Object.hasOwn(ESCAPES, escape)) return fail('invalid escape code');
        value += ESCAPES[escape] ?? '';
        this.#at += 2;
      }
    }
    this.#at += 1;
    return { type: 'T_STRING', index, value };
  }

  /** Reads `\u` and its digits. Returns the bytes of its UTF-8, or null. */
  #unicode(): string | null {
    const rest = this.#text.slice(this.#at, this.#at + 12);
    const [, high, low] = /^\\u([\da-f]{4})(?:\\u([\da-f]{4}))?/i.exec(rest) ?? [];
    if (high === undefined) return null;
    let point = Number.parseInt(high, 16);
    this.#at += 6;
    if ((point & 0xf800) === 0xd800) {
      const second = low === undefined ? 0 : Number.parseInt(low, 16);
      if ((point & 0x400) !== 0 || (second & 0xfc00) !== 0xdc00) {
        this.#at -= 6;
        return null;
      }
      point = (((point & 0x3ff) << 10) | (second & 0x3ff)) + 0x10000;
      this.#at += 6;
    }
    return Buffer.from(String.fromCodePoint(point), 'utf8').toString('latin1');
  }
}
