/**
 * Lets loops of the system's own modules watch the arrays that they iterate across an await. The
 * array of such a loop becomes an argument of a function of ours, on the same line. All other code
 * has native arrays at native speed: without an await no other code can run in between.
 */
import { childrenOf, parseSource, type SyntaxNode } from './syntax.ts';

/** The name of the function in a text, which is a parameter of each text that has it. */
export const WATCH_ARRAY = '__seedstormArray';

/** The text of a file, in which loops with an await watch their arrays. */
export function withWatchedArrays(file: string, text: string): string {
  if (!/\.[cm]?[jt]sx?$/.test(file) || !/\bfor\b[^]*\bof\b/.test(text) || !/\bawait\b/.test(text)) return text;
  let program: SyntaxNode;
  try {
    program = parseSource(file, text);
  } catch {
    // The build reports what can't be parsed.
    return text;
  }
  let watched = text;
  // From the last to the first, so that the places of earlier ones stay.
  for (const { start, end } of iteratedAcrossAwaits(program).sort((one, other) => other.end - one.end)) {
    // Two parentheses, because the expression may be a sequence.
    watched = `${watched.slice(0, end)}))${watched.slice(end)}`;
    watched = `${watched.slice(0, start)}${WATCH_ARRAY}((${watched.slice(start)}`;
  }
  return watched;
}

/** What the loops with an await iterate. No other code has an array that is written in the loop. */
function iteratedAcrossAwaits(node: SyntaxNode): SyntaxNode[] {
  const iterated = node['right'] as SyntaxNode;
  const isWatched =
    node.type === 'ForOfStatement' &&
    iterated.type !== 'ArrayExpression' &&
    (node['await'] === true || awaits(node['body'] as SyntaxNode));
  const own = isWatched ? [iterated] : [];
  return [...own, ...childrenOf(node).flatMap(iteratedAcrossAwaits)];
}

/** Whether the code itself awaits, and not only a function in it. */
function awaits(node: SyntaxNode): boolean {
  if (node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node['await'] === true)) return true;
  if (/Function|Method/.test(node.type)) return false;
  return childrenOf(node).some(awaits);
}
