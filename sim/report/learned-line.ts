/** Tells that packages were found to keep state, in one line. */
import { printable } from '../kernel/printable.ts';

const LENGTH_MAX = 400;

export function learnedLine(statefulPackages: readonly string[]): string {
  const names = printable(statefulPackages.join(', '), LENGTH_MAX);
  const isOne = statefulPackages.length === 1;
  return isOne
    ? `package ${names} keeps state between runs, so each process evaluates it`
    : `packages ${names} keep state between runs, so each process evaluates them`;
}
