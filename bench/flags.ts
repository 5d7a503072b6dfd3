/**
 * The flags of the benchmark.
 */
import { parseArgs } from 'node:util';
import { type Group, GROUPS } from './document.ts';

export interface Flags {
  readonly json: boolean;
  readonly quick: boolean;
  readonly only?: Group;
}

/** Throws an error whose message is one line. */
export function flagsOf(given: readonly string[]): Flags {
  const { json = false, quick = false, only } = parsed(given);
  if (only === undefined) return { json, quick };
  const group = GROUPS.find((name) => name === only);
  if (group === undefined) throw new Error(`--only takes one of ${GROUPS.join(', ')}`);
  return { json, quick, only: group };
}

function parsed(given: readonly string[]) {
  try {
    const options = { json: { type: 'boolean' }, quick: { type: 'boolean' }, only: { type: 'string' } } as const;
    return parseArgs({ args: [...given], options }).values;
  } catch (error) {
    const [line = ''] = (error as Error).message.split(/[.\n]/, 1);
    throw new Error(`${line}; there are --json, --quick and --only`, { cause: error });
  }
}
