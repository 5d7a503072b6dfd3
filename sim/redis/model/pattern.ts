/**
 * Glob patterns for keys and channels: `*`, `?`, `[a-c]`, `[^a]`, and a backslash before a literal
 * character. They match bytes. The algorithm is Redis' `stringmatchlen`, which also says what an
 * unfinished class or a trailing backslash matches.
 */
import { latin1Of } from './bytes.ts';

export function matcher(pattern: string): (text: string) => boolean {
  // As in Redis, `*` alone does not match an empty text.
  if (pattern === '*') return (text) => text !== '';
  const bytes = latin1Of(pattern);
  if (!/[*?[\\]/.test(bytes)) return (text) => text === pattern;
  return (text) => matchFrom(bytes, 0, latin1Of(text), 0) === 'match';
}

/** `never`: no longer text can match either, so an earlier `*` need not try more. */
type Outcome = 'match' | 'mismatch' | 'never';

function matchFrom(pattern: string, patternAt: number, text: string, textAt: number): Outcome {
  let [at, next] = [textAt, patternAt];
  while (next < pattern.length && at < text.length) {
    const character = pattern.charAt(next);
    if (character === '*') return matchAny(pattern, next, text, at);
    if (character === '[') {
      const { isMatch, last } = matchClass(pattern, next + 1, text.charAt(at));
      if (!isMatch) return 'mismatch';
      next = last;
    } else if (character !== '?') {
      if (character === '\\' && next + 1 < pattern.length) next += 1;
      if (pattern.charAt(next) !== text.charAt(at)) return 'mismatch';
    }
    at += 1;
    next += 1;
  }
  if (at === text.length && at > textAt) while (pattern.charAt(next) === '*') next += 1;
  return next >= pattern.length && at === text.length ? 'match' : 'mismatch';
}

function matchAny(pattern: string, star: number, text: string, textAt: number): Outcome {
  let next = star;
  while (pattern.charAt(next) === '*') next += 1;
  if (next === pattern.length) return 'match';
  for (let at = textAt; at < text.length; at += 1) {
    const outcome = matchFrom(pattern, next, text, at);
    if (outcome !== 'mismatch') return outcome;
  }
  return 'never';
}

/** `last`: the index of the bracket that ends the class, or of the last byte without one. */
function matchClass(pattern: string, start: number, character: string): { isMatch: boolean; last: number } {
  let [next, isFound] = [start, false];
  const isNegated = pattern.charAt(next) === '^';
  if (isNegated) next += 1;
  for (; next < pattern.length && pattern.charAt(next) !== ']'; next += 1) {
    if (pattern.charAt(next) === '\\' && next + 1 < pattern.length) {
      next += 1;
      isFound ||= pattern.charAt(next) === character;
    } else if (pattern.charAt(next + 1) === '-' && next + 2 < pattern.length) {
      const [low = '', high = ''] = [pattern.charAt(next), pattern.charAt(next + 2)].sort();
      isFound ||= character >= low && character <= high;
      next += 2;
    } else isFound ||= pattern.charAt(next) === character;
  }
  return { isMatch: isFound !== isNegated, last: Math.min(next, pattern.length - 1) };
}
