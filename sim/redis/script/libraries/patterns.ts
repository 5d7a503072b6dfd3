/** Patterns of Lua 5.1, after its lstrlib.c. */
import { checkDepth } from '../depth.ts';

/** A pattern that is invalid. */
export class PatternError extends Error {}

const CAPTURES_MAX = 32;
const UNFINISHED = -1;
const POSITION = -2;

const ESCAPE = 37; // %
const code = (char: string): number => char.charCodeAt(0);
const [OPEN, CLOSE, DOLLAR, DOT, LEFT, RIGHT, CARET, DASH] = [...'()$.[]^-'].map(code) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];
const [STAR, PLUS, QUESTION, BALANCE, FRONTIER] = [...'*+?bf'].map(code) as [number, number, number, number, number];

const isBetween = (byte: number, low: number, high: number): boolean => byte >= low && byte <= high;
const isLower = (byte: number): boolean => isBetween(byte, 97, 122);
const isUpper = (byte: number): boolean => isBetween(byte, 65, 90);
const isDigit = (byte: number): boolean => isBetween(byte, 48, 57);
const isAlphanumeric = (byte: number): boolean => isLower(byte) || isUpper(byte) || isDigit(byte);

const CLASSES: ReadonlyMap<number, (byte: number) => boolean> = new Map([
  [code('a'), (byte) => isLower(byte) || isUpper(byte)],
  [code('c'), (byte) => byte < 32 || byte === 127],
  [code('d'), isDigit],
  [code('l'), isLower],
  [code('p'), (byte) => isBetween(byte, 33, 126) && !isAlphanumeric(byte)],
  [code('s'), (byte) => byte === 32 || isBetween(byte, 9, 13)],
  [code('u'), isUpper],
  [code('w'), isAlphanumeric],
  [code('x'), (byte) => isDigit(byte) || isBetween(byte | 32, 97, 102)],
  [code('z'), (byte) => byte === 0],
]);

function matchesClass(byte: number, name: number): boolean {
  const test = CLASSES.get(name | 32);
  if (test === undefined || !(isLower(name) || isUpper(name))) return name === byte;
  return test(byte) === isLower(name);
}

interface Capture {
  start: number;
  /** In bytes, or one of the marks. */
  size: number;
}

/** A pattern that is matched with a subject. Bytes beyond their ends read as 0. */
export class Matcher {
  readonly #subject: Uint8Array;
  readonly #pattern: Uint8Array;
  captures: Capture[] = [];

  #depth = 0;

  constructor(subject: Uint8Array, pattern: Uint8Array) {
    this.#subject = subject;
    const end = pattern.indexOf(0);
    this.#pattern = end < 0 ? pattern : pattern.subarray(0, end);
  }

  get isAnchored(): boolean {
    return this.#pattern[0] === CARET;
  }

  /** Matches the pattern from its byte `from` at `start`. Returns where the match ends, or -1. */
  match(start: number, from = 0): number {
    this.captures = [];
    this.#depth = 0;
    return this.#match(start, from);
  }

  /** A capture: its bytes, or its position; the whole match for 0 if the pattern has none. */
  capture(index: number, start: number, end: number): Uint8Array | number {
    const found = this.captures[index];
    if (found === undefined) {
      if (index !== 0) throw new PatternError('invalid capture index');
      return this.#subject.subarray(start, end);
    }
    if (found.size === UNFINISHED) throw new PatternError('unfinished capture');
    return found.size === POSITION ? found.start + 1 : this.#subject.subarray(found.start, found.start + found.size);
  }

  #at(index: number): number {
    return this.#pattern[index] ?? 0;
  }

  #match(start: number, from: number): number {
    this.#depth += 1;
    checkDepth(this.#depth, 'a match of a pattern');
    const end = this.#matchHere(start, from);
    this.#depth -= 1;
    return end;
  }

  #matchHere(start: number, from: number): number {
    let [at, part] = [start, from];
    for (;;) {
      const byte = this.#at(part);
      const next = this.#at(part + 1);
      if (part >= this.#pattern.length) return at;
      if (byte === OPEN)
        return next === CLOSE ? this.#open(at, part + 2, POSITION) : this.#open(at, part + 1, UNFINISHED);
      if (byte === CLOSE) return this.#close(at, part + 1);
      if (byte === DOLLAR && part + 1 === this.#pattern.length) return at === this.#subject.length ? at : -1;
      if (byte === ESCAPE && next === BALANCE) {
        at = this.#balance(at, part + 2);
        part += 4;
      } else if (byte === ESCAPE && next === FRONTIER) {
        part += 2;
        if (this.#at(part) !== LEFT) throw new PatternError("missing '[' after '%f' in pattern");
        const end = this.#classEnd(part);
        const [before, after] = [this.#subject[at - 1] ?? 0, this.#subject[at] ?? 0];
        if (this.#matchesSet(before, part, end - 1) || !this.#matchesSet(after, part, end - 1)) return -1;
        part = end;
      } else if (byte === ESCAPE && isDigit(next)) {
        at = this.#repeated(at, next);
        part += 2;
      } else {
        const end = this.#classEnd(part);
        const isMatch = at < this.#subject.length && this.#matchesOne(at, part, end);
        const suffix = end < this.#pattern.length ? this.#at(end) : 0;
        if (suffix === STAR) return this.#most(at, part, end);
        if (suffix === PLUS) return isMatch ? this.#most(at + 1, part, end) : -1;
        if (suffix === DASH) return this.#least(at, part, end);
        if (suffix === QUESTION) {
          if (isMatch) {
            const rest = this.#match(at + 1, end + 1);
            if (rest !== -1) return rest;
          }
          part = end + 1;
        } else {
          if (!isMatch) return -1;
          at += 1;
          part = end;
        }
      }
      if (at === -1) return -1;
    }
  }

  #open(at: number, part: number, size: number): number {
    if (this.captures.length >= CAPTURES_MAX) throw new PatternError('too many captures');
    this.captures.push({ start: at, size });
    const end = this.#match(at, part);
    if (end === -1) this.captures.pop();
    return end;
  }

  #close(at: number, part: number): number {
    const capture = this.captures.findLast(({ size }) => size === UNFINISHED);
    if (capture === undefined) throw new PatternError('invalid pattern capture');
    capture.size = at - capture.start;
    const end = this.#match(at, part);
    if (end === -1) capture.size = UNFINISHED;
    return end;
  }

  /** Matches what a capture has matched. */
  #repeated(at: number, digit: number): number {
    const capture = this.captures[digit - 49];
    if (capture === undefined || capture.size === UNFINISHED) throw new PatternError('invalid capture index');
    // The size of a position is negative, which no rest of the subject can hold in C.
    if (capture.size < 0 || this.#subject.length - at < capture.size) return -1;
    for (let index = 0; index < capture.size; index += 1)
      if (this.#subject[capture.start + index] !== this.#subject[at + index]) return -1;
    return at + capture.size;
  }

  #balance(at: number, part: number): number {
    const [begin, end] = [this.#at(part), this.#at(part + 1)];
    if (begin === 0 || end === 0) throw new PatternError('unbalanced pattern');
    if (at >= this.#subject.length || this.#subject[at] !== begin) return -1;
    let depth = 1;
    for (let index = at + 1; index < this.#subject.length; index += 1) {
      const byte = this.#subject[index];
      if (byte === end) {
        depth -= 1;
        if (depth === 0) return index + 1;
      } else if (byte === begin) depth += 1;
    }
    return -1;
  }

  #classEnd(part: number): number {
    const byte = this.#at(part);
    let end = part + 1;
    if (byte === ESCAPE) {
      if (end >= this.#pattern.length) throw new PatternError("malformed pattern (ends with '%')");
      return end + 1;
    }
    if (byte !== LEFT) return end;
    if (this.#at(end) === CARET) end += 1;
    do {
      if (end >= this.#pattern.length) throw new PatternError("malformed pattern (missing ']')");
      if (this.#at(end) === ESCAPE && end + 1 < this.#pattern.length) end += 1;
      end += 1;
    } while (this.#at(end) !== RIGHT);
    return end + 1;
  }

  #matchesOne(at: number, part: number, end: number): boolean {
    const byte = this.#subject[at] ?? 0;
    switch (this.#at(part)) {
      case DOT:
        return true;
      case ESCAPE:
        return matchesClass(byte, this.#at(part + 1));
      case LEFT:
        return this.#matchesSet(byte, part, end - 1);
      default:
        return this.#at(part) === byte;
    }
  }

  /** `last`: where the bracket that closes the set is. */
  #matchesSet(byte: number, first: number, last: number): boolean {
    let at = first + 1;
    const isNegated = this.#at(at) === CARET;
    if (isNegated) at += 1;
    for (; at < last; at += 1) {
      if (this.#at(at) === ESCAPE) {
        at += 1;
        if (matchesClass(byte, this.#at(at))) return !isNegated;
      } else if (this.#at(at + 1) === DASH && at + 2 < last) {
        if (isBetween(byte, this.#at(at), this.#at(at + 2))) return !isNegated;
        at += 2;
      } else if (this.#at(at) === byte) return !isNegated;
    }
    return isNegated;
  }

  #most(at: number, part: number, end: number): number {
    let count = 0;
    while (at + count < this.#subject.length && this.#matchesOne(at + count, part, end)) count += 1;
    for (; count >= 0; count -= 1) {
      const result = this.#match(at + count, end + 1);
      if (result !== -1) return result;
    }
    return -1;
  }

  #least(start: number, part: number, end: number): number {
    for (let at = start; ; at += 1) {
      const result = this.#match(at, end + 1);
      if (result !== -1) return result;
      if (at >= this.#subject.length || !this.#matchesOne(at, part, end)) return -1;
    }
  }
}
