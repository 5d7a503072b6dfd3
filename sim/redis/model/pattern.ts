/**
 * Glob patterns for keys and channels: `*`, `?`, `[a-c]`, `[^a]`, and a backslash before a literal
 * character.
 */

const SPECIAL = /[\\^$.*+?()[\]{}|/-]/g;

const escaped = (text: string): string => text.replaceAll(SPECIAL, '\\$&');

/** Translates a class such as `[a-c]` that begins at `start` into a regular expression. */
function classAt(pattern: string, start: number): readonly [text: string, next: number] {
  let index = start + 1;
  const isNegated = pattern[index] === '^';
  if (isNegated) index += 1;
  let inside = '';
  for (; index < pattern.length && pattern[index] !== ']'; index += 1) {
    if (pattern[index] === '\\' && index + 1 < pattern.length) index += 1;
    const from = pattern[index] ?? '';
    if (pattern[index + 1] === '-' && index + 2 < pattern.length && pattern[index + 2] !== ']') {
      const [low = '', high = ''] = [from, pattern[index + 2] ?? ''].sort();
      inside += `${escaped(low)}-${escaped(high)}`;
      index += 2;
    } else inside += escaped(from);
  }
  if (inside === '') return [isNegated ? '[^]' : '(?!)', index + 1];
  return [`[${isNegated ? '^' : ''}${inside}]`, index + 1];
}

export function matcher(pattern: string): (text: string) => boolean {
  if (pattern === '*') return () => true;
  let source = '';
  for (let index = 0; index < pattern.length;) {
    const character = pattern[index] ?? '';
    if (character === '[') {
      const [text, next] = classAt(pattern, index);
      source += text;
      index = next;
      continue;
    }
    if (character === '\\' && index + 1 < pattern.length) index += 1;
    source += character === '*' ? '[^]*' : character === '?' ? '[^]' : escaped(pattern[index] ?? '');
    index += 1;
  }
  const expression = new RegExp(`^${source}$`);
  return (text) => expression.test(text);
}
