/**
 * Long tests run where SEEDSTORM_LONG_TESTS is 1, as in `.ci/run`. There a test without its
 * prerequisites fails.
 */
export const RUNS_LONG_TESTS = process.env['SEEDSTORM_LONG_TESTS'] === '1';

/** True where long tests run. Elsewhere prints the skipped tests, and how to run them. */
export function runsLong(what: string): boolean {
  if (!RUNS_LONG_TESTS) process.stderr.write(`\n  SKIPPED: ${what}; SEEDSTORM_LONG_TESTS=1 runs it\n`);
  return RUNS_LONG_TESTS;
}

/** All cases where long tests run, elsewhere the first ones: the others repeat them. */
export function casesOf<Case>(what: string, cases: readonly Case[], count = 1): readonly Case[] {
  return runsLong(what) ? cases : cases.slice(0, count);
}
