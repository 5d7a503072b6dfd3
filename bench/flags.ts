/**
 * Parses the flags of the benchmark.
 */
import { parseFlags } from '../sim/cli/flags.ts';
import { type Group, GROUPS } from './document.ts';

const OPTIONS = { json: { type: 'boolean' }, quick: { type: 'boolean' }, only: { type: 'string' } } as const;

export interface Flags {
  readonly json: boolean;
  readonly quick: boolean;
  readonly only?: Group;
}

/** Throws an error with a one-line message for invalid flags. */
export function flagsOf(parameters: readonly string[]): Flags {
  const { json = false, quick = false, only } = parseFlags(parameters, OPTIONS);
  if (only === undefined) return { json, quick };
  const group = GROUPS.find((name) => name === only);
  if (group === undefined) throw new Error(`invalid --only (expected one of: ${GROUPS.join(', ')})`);
  return { json, quick, only: group };
}
