/**
 * Removes secrets from texts, since traces, reports and pages are attached to bug reports: tokens,
 * cookies, the Authorization header, passwords and API keys.
 *
 * A secret is recognised by its form (a JSON web token) or by its name (`"token":"…"`,
 * `?token=…`, `Cookie: …`). Once found, it is also removed where it has no name, such as in the key
 * of a Redis command. All secrets must be found before the first text is redacted.
 *
 * A secret is replaced by `[redacted 3]`, with the same number wherever it occurs.
 */
import { SECRET_NAMES } from './secret-names.ts';

/** The name of a secret, as the source of a regular expression. */
export const NAME = String.raw`[\w-]{0,40}?(?:${SECRET_NAMES})`;

/** Each has the secret as its group `secret`. */
const PATTERNS = [
  // A JSON web token, signed or encrypted.
  /(?<secret>eyJ[\w-]{8,}(?:\.[\w-]*){1,4})/g,
  // A member of a JSON text. It may be cut.
  new RegExp(String.raw`"${NAME}"\s*:\s*"(?<secret>(?:\\.|[^"\\])+)`, 'gi'),
  // The same in a JSON text that is a string in another one.
  new RegExp(String.raw`(\\+")${NAME}\1\s*:\s*\1(?<secret>(?:(?!\1)\\.|[^"\\])+)`, 'gi'),
  // A parameter of a URL or a form, a cookie, a setting.
  new RegExp(String.raw`(?<![\w-])${NAME}=(?<secret>[^\s&;,"'<>\\]+)`, 'gi'),
  // A header, to the end of its line.
  /(?<![\w-])(?:(?:proxy-)?authorization|(?:set-)?cookie)['"]?: *['"]?(?<secret>[^\r\n"'\\]+)/gi,
  /\bbearer\s+(?<secret>(?=\S*\d)[\w.~+/-]{8,}=*)/gi,
  // The password in a URL.
  /:\/\/[^\s/:@]*:(?<secret>[^\s/@"'\\]+)@/g,
];

/** What a text with a secret contains: most texts have none of it, and are not searched further. */
const HINT = new RegExp(String.raw`eyJ|${SECRET_NAMES}|bearer|://`, 'i');

/** A text with a secret's form, which may also occur without a name. */
const WORDS = /[\w.~+/=-]{8,}/g;
const PARTS = /[^/=]+/g;
const MARK = '[redacted ';

/** Bytes as hexadecimal digits, and what follows when they were cut. */
const HEXADECIMAL = /^((?:[0-9a-f]{2}){8,})(?![0-9a-f])/;

export class Redactor {
  readonly #numbers = new Map<string, number>();
  readonly #names: ReadonlySet<string>;

  /** `names`: of clients, nodes and connections. They stay, also if sent as tokens. */
  constructor(names: ReadonlySet<string> = new Set()) {
    this.#names = names;
  }

  /** Number of different secrets that were found. */
  get count(): number {
    return this.#numbers.size;
  }

  /** Remembers the secrets of a text. */
  find(text: string): void {
    for (const [start, end] of secretsIn(text)) this.#remember(text.slice(start, end));
    const bytes = bytesIn(text);
    if (bytes !== null) this.find(bytes.text);
  }

  redact(text: string): string {
    let redacted = '';
    let next = 0;
    for (const [start, end] of secretsIn(text)) {
      redacted += this.#withoutKnown(text.slice(next, start)) + this.#markOf(text.slice(start, end));
      next = end;
    }
    redacted += this.#withoutKnown(text.slice(next));
    const bytes = bytesIn(redacted);
    if (bytes === null) return redacted;
    const safe = this.redact(bytes.text);
    return safe === bytes.text ? redacted : `${hexadecimalOf(safe)}${redacted.slice(bytes.digits)}`;
  }

  #withoutKnown(text: string): string {
    const marked = (word: string): string => (this.#isKnown(word) ? this.#markOf(word) : word);
    return text.replaceAll(WORDS, (word) => (this.#isKnown(word) ? marked(word) : word.replaceAll(PARTS, marked)));
  }

  #remember(secret: string): void {
    if (!this.#numbers.has(secret)) this.#numbers.set(secret, this.#numbers.size + 1);
    // The values of cookies.
    for (const part of secret.matchAll(/=([^;]+)/g)) {
      const [, value = ''] = part;
      if (value !== secret && isUnlikely(value) && !this.#numbers.has(value)) this.#remember(value);
    }
  }

  #isKnown(word: string): boolean {
    return isUnlikely(word) && this.#numbers.has(word) && !this.#names.has(word);
  }

  #markOf(secret: string): string {
    return `${MARK}${this.#numbers.get(secret) ?? '?'}]`;
  }
}

/** Where the secrets of a text begin and end. Those that overlap are one. */
function secretsIn(text: string): readonly (readonly [start: number, end: number])[] {
  if (!HINT.test(text)) return [];
  const found = PATTERNS.flatMap((pattern) =>
    [...text.matchAll(pattern)].flatMap(({ 0: whole, index, groups }) => {
      const secret = groups?.['secret'] ?? '';
      // A name may contain the secret too, so its last occurrence is meant.
      const start = index + whole.lastIndexOf(secret);
      return secret.startsWith(MARK) ? [] : [[start, start + secret.length] as const];
    }),
  );
  const merged: [number, number][] = [];
  for (const [start, end] of found.sort(([left], [right]) => left - right)) {
    const last = merged.at(-1);
    if (last !== undefined && start < last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

/** Whether a text is too unusual to occur with another meaning. */
function isUnlikely(text: string): boolean {
  return text.length >= 12 || (text.length >= 8 && /\d/.test(text));
}

function bytesIn(text: string): { readonly text: string; readonly digits: number } | null {
  const [, digits] = HEXADECIMAL.exec(text) ?? [];
  if (digits === undefined) return null;
  const pairs = digits.match(/../g) ?? [];
  return { text: String.fromCharCode(...pairs.map((pair) => parseInt(pair, 16))), digits: digits.length };
}

function hexadecimalOf(text: string): string {
  return [...text].map((character) => character.charCodeAt(0).toString(16).padStart(2, '0')).join('');
}
