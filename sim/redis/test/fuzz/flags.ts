/** Parses the flags of the fuzzer. */
import { parseFlags, seedOf } from '../../../cli/flags.ts';
import type { Seed } from '../../../kernel/seed.ts';
import type { FuzzOptions } from './fuzzer.ts';

const COMMANDS = 200_000;
const OPTIONS = { commands: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' } } as const;

/**
 * Throws an error with a one-line message for invalid flags. `groups`: the groups that exist;
 * `drawSeed` gives the seed if none is given.
 */
export function flagsOf(parameters: readonly string[], groups: readonly string[], drawSeed: () => Seed): FuzzOptions {
  const { commands = String(COMMANDS), seed, only } = parseFlags(parameters, OPTIONS);
  if (!/^[1-9]\d{0,8}$/.test(commands)) throw new Error(`invalid --commands ${commands} (expected a positive integer)`);
  const parsedSeed = seed === undefined ? drawSeed() : seedOf(seed);
  const wanted = only?.split(',') ?? groups;
  const unknown = wanted.find((group) => !groups.includes(group));
  if (unknown !== undefined) throw new Error(`unknown group ${unknown} in --only (expected: ${groups.join(', ')})`);
  return { commands: Number(commands), seed: parsedSeed, groups: wanted };
}
