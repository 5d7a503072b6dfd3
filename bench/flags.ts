/**
 * Parses the flags of the benchmark.
 */
import { parseArgs } from 'node:util';
import { type Group, GROUPS } from './document.ts';

export interface Flags {
  readonly json: boolean;
  readonly quick: boolean;
  readonly only?: Group;
}

/** Throws an error with a one-line message for invalid flags. */
export function flagsOf(parameters: readonly string[]): Flags {
  const { json = false, quick = false, only } = parsed(parameters);
  if (only === undefined) return { json, quick };
  const group = GROUPS.find((name) => name === only);
  if (group === undefined) throw new Error(`invalid --only (expected one of: ${GROUPS.join(', ')})`);
  return { json, quick, only: group };
}

function parsed(parameters: readonly string[]) {
  try {
    const options = { json: { type: 'boolean' }, quick: { type: 'boolean' }, only: { type: 'string' } } as const;
    return parseArgs({ args: [...parameters], options }).values;
  } catch (error) {
    const [line = ''] = (error as Error).message.split(/[.\n]/, 1);
    throw new Error(`${line} (expected --json, --quick or --only)`, { cause: error });
  }
}
