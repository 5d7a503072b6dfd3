/**
 * Splits a line into words, some in quotes, as `sdssplitargs` of Redis does: an inline command, or
 * the first line of a script.
 */

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' };

/** One part of a word: text without quotes, in double quotes, or in single ones. */
const PART = /[^ \t-\r"']+|"((?:\\[^]|[^"\\])*)"(?=[ \t-\r]|$)|'((?:\\'|[^'\\]|\\(?!'))*)'(?=[ \t-\r]|$)/y;
const BLANKS = /[ \t-\r]*/y;

/**
 * Returns the words up to the first zero byte, at which C ends a text, with one character per byte;
 * null for quotes that do not match.
 */
export function splitWords(text: string): string[] | null {
  const [line = ''] = text.split('\0', 1);
  const words: string[] = [];
  let at = lengthAt(BLANKS, line, 0);
  while (at < line.length) {
    let word = '';
    const start = at;
    for (let part = partAt(line, at); part !== null; part = partAt(line, at)) {
      word += part.text;
      at += part.length;
    }
    const blanks = lengthAt(BLANKS, line, at);
    if (at === start || (blanks === 0 && at < line.length)) return null;
    words.push(word);
    at += blanks;
  }
  return words;
}

function partAt(line: string, at: number): { text: string; length: number } | null {
  PART.lastIndex = at;
  const match = PART.exec(line);
  if (match === null) return null;
  const [whole, double, single] = match;
  const text = double === undefined ? (single?.replaceAll("\\'", "'") ?? whole) : unescaped(double);
  return { text, length: whole.length };
}

function unescaped(text: string): string {
  return text.replaceAll(/\\x([0-9a-f]{2})|\\([^])/gi, (_, hex: string | undefined, letter: string) =>
    hex === undefined ? (ESCAPES[letter] ?? letter) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function lengthAt(pattern: RegExp, line: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(line)?.[0].length ?? 0;
}
