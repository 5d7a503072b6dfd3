/** Tells that packages are searched that keep state, and what was found; a line each. */
import { printable } from '../kernel/printable.ts';

const LENGTH_MAX = 400;

export const SEARCH_LINE = 'two runs of a seed differ: searching for packages that keep state between runs';

export const UNEXPLAINED_LINE = 'the search has found no package that explains the difference';

export function learnedLine(statefulPackages: readonly string[]): string {
  const names = printable(statefulPackages.join(', '), LENGTH_MAX);
  const isOne = statefulPackages.length === 1;
  return isOne
    ? `package ${names} keeps state between runs, so each process evaluates it`
    : `packages ${names} keep state between runs, so each process evaluates them`;
}
