/** The tokens of Lua 5.1. Errors have its texts. */
import { parsedNumber } from './numerals.ts';

export type TokenKind = 'name' | 'number' | 'string' | 'eof' | 'symbol';

export interface Token {
  readonly kind: TokenKind;
  /** A keyword or symbol; for the other kinds `<name>`, `<number>`, `<string>` or `<eof>`. */
  readonly symbol: string;
  /** As it is written. One character per byte. */
  readonly text: string;
  /** The value of a string, one character per byte. */
  readonly value: string;
  readonly number: number;
  /** The line in which it ends. */
  readonly line: number;
}

/** An error in the syntax. Its message names the chunk and the line. */
export class LuaSyntaxError extends Error {}

const KEYWORDS: ReadonlySet<string> = new Set(
  'and break do else elseif end false for function if in local nil not or repeat return then true until while'.split(
    ' ',
  ),
);

const ESCAPES: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

const isNewline = (char: string): boolean => char === '\n' || char === '\r';
const isSpace = (char: string): boolean => /[ \t\v\f]/.test(char);
const isDigit = (char: string): boolean => char >= '0' && char <= '9';
const isLetter = (char: string): boolean => /[A-Za-z_]/.test(char);
const isControl = (char: string): boolean => char < ' ' || char === '\x7f';
const isAlphanumeric = (char: string): boolean => /\w/.test(char);

export class Lexer {
  /** The line of the character that is read next. */
  line = 1;
  readonly #text: string;
  readonly #chunk: string;
  #at = 0;

  /** `text` has one character per byte. `chunk` is the name of the source in errors. */
  constructor(text: string, chunk: string) {
    this.#text = text;
    this.#chunk = chunk;
  }

  next(): Token {
    for (;;) {
      const char = this.#char();
      if (char === '') return this.#token('eof', '<eof>', '<eof>');
      if (isNewline(char)) this.#newline();
      else if (isSpace(char)) this.#at += 1;
      else if (this.#text.startsWith('--', this.#at)) this.#comment();
      else return this.#read(char);
    }
  }

  /** Throws an error with this line. `near` is the text of a token; null for none. */
  fail(problem: string, near: string | null, line = this.line): never {
    // The C library ends texts at a NUL.
    const place = near === null ? '' : ` near '${near.split('\0')[0] ?? ''}'`;
    throw new LuaSyntaxError(`${this.#chunk}:${line}: ${problem}${place}`);
  }

  #char(ahead = 0): string {
    return this.#text.charAt(this.#at + ahead);
  }

  #token(kind: TokenKind, symbol: string, text: string, value = '', number = 0): Token {
    return { kind, symbol, text, value, number, line: this.line };
  }

  #read(char: string): Token {
    if (isDigit(char) || (char === '.' && isDigit(this.#char(1)))) return this.#number();
    if (isLetter(char)) return this.#word();
    if (char === '"' || char === "'") return this.#string(char);
    if (char === '[') {
      const level = this.#longBracket();
      if (level >= 0) return this.#longString(level);
      if (level < -1) this.fail('invalid long string delimiter', this.#text.slice(this.#at, this.#at - level));
    }
    const symbol = ['...', '..', '==', '>=', '<=', '~='].find((one) => this.#text.startsWith(one, this.#at)) ?? char;
    this.#at += symbol.length;
    return this.#token('symbol', symbol, isControl(symbol) ? `char(${symbol.charCodeAt(0)})` : symbol);
  }

  #newline(): void {
    const [first, second] = [this.#char(), this.#char(1)];
    this.#at += isNewline(second) && second !== first ? 2 : 1;
    this.line += 1;
  }

  #comment(): void {
    this.#at += 2;
    if (this.#char() === '[') {
      const level = this.#longBracket();
      if (level >= 0) {
        this.#long(level, 'comment');
        return;
      }
    }
    while (this.#char() !== '' && !isNewline(this.#char())) this.#at += 1;
  }

  /** Returns the number of equals signs of a bracket such as `[==[`, or -1 - that number. */
  #longBracket(): number {
    const bracket = this.#char();
    let count = 0;
    while (this.#char(count + 1) === '=') count += 1;
    return this.#char(count + 1) === bracket ? count : -count - 1;
  }

  #longString(level: number): Token {
    const start = this.#at;
    const value = this.#long(level, 'string');
    return this.#token('string', '<string>', this.#text.slice(start, this.#at), value);
  }

  /** Reads from a long bracket to the one that closes it. Returns what is between. */
  #long(level: number, what: 'comment' | 'string'): string {
    let value = '';
    this.#at += level + 2;
    if (isNewline(this.#char())) this.#newline();
    for (;;) {
      const char = this.#char();
      if (char === '') this.fail(`unfinished long ${what}`, '<eof>');
      if (char === '[' && level === 0 && this.#char(1) === '[') this.fail('nesting of [[...]] is deprecated', '[');
      if (char === ']' && this.#longBracket() === level) {
        this.#at += level + 2;
        return value;
      }
      if (isNewline(char)) {
        this.#newline();
        value += '\n';
      } else {
        this.#at += 1;
        value += char;
      }
    }
  }

  #string(delimiter: string): Token {
    const start = this.#at;
    let value = '';
    this.#at += 1;
    for (let char = this.#char(); char !== delimiter; char = this.#char()) {
      if (char === '') this.fail('unfinished string', '<eof>');
      if (isNewline(char)) this.fail('unfinished string', delimiter + value);
      if (char === '\\') value += this.#escape(delimiter + value);
      else {
        value += char;
        this.#at += 1;
      }
    }
    this.#at += 1;
    return this.#token('string', '<string>', this.#text.slice(start, start + 1) + value + delimiter, value);
  }

  #escape(before: string): string {
    this.#at += 1;
    const char = this.#char();
    if (char === '') return '';
    if (isNewline(char)) {
      this.#newline();
      return '\n';
    }
    if (!isDigit(char)) {
      this.#at += 1;
      return ESCAPES[char] ?? char;
    }
    const digits = /^\d{1,3}/.exec(this.#text.slice(this.#at, this.#at + 3))?.[0] ?? '';
    this.#at += digits.length;
    if (Number(digits) > 255) this.fail('escape sequence too large', before);
    return String.fromCharCode(Number(digits));
  }

  #number(): Token {
    const start = this.#at;
    while (isDigit(this.#char()) || this.#char() === '.') this.#at += 1;
    if (/[eE]/.test(this.#char())) {
      this.#at += 1;
      if (/[+-]/.test(this.#char())) this.#at += 1;
    }
    while (isAlphanumeric(this.#char())) this.#at += 1;
    const text = this.#text.slice(start, this.#at);
    const value = parsedNumber(text) ?? this.fail('malformed number', text);
    return this.#token('number', '<number>', text, '', value);
  }

  #word(): Token {
    const start = this.#at;
    while (isAlphanumeric(this.#char())) this.#at += 1;
    const text = this.#text.slice(start, this.#at);
    return KEYWORDS.has(text) ? this.#token('symbol', text, text) : this.#token('name', '<name>', text);
  }
}
