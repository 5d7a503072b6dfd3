/** Parses the flags of the fuzzer. */
import { parseArgs } from 'node:util';
import { parseSeed, type Seed } from '../../../kernel/seed.ts';
import type { FuzzOptions } from './fuzzer.ts';

const COMMANDS = 200_000;

/**
 * Throws an error with a one-line message for invalid flags. `groups`: the groups that exist;
 * `drawSeed` gives the seed if none is given.
 */
export function flagsOf(parameters: readonly string[], groups: readonly string[], drawSeed: () => Seed): FuzzOptions {
  const { commands = String(COMMANDS), seed, only } = parsed(parameters);
  if (!/^[1-9]\d{0,8}$/.test(commands)) throw new Error(`invalid --commands ${commands} (expected a positive integer)`);
  const parsedSeed = seed === undefined ? drawSeed() : parseSeed(seed);
  if (parsedSeed === null) throw new Error(`invalid --seed ${seed} (expected 0x and up to 16 hexadecimal digits)`);
  const wanted = only?.split(',') ?? groups;
  const unknown = wanted.find((group) => !groups.includes(group));
  if (unknown !== undefined) throw new Error(`unknown group ${unknown} in --only (expected: ${groups.join(', ')})`);
  return { commands: Number(commands), seed: parsedSeed, groups: wanted };
}

function parsed(parameters: readonly string[]) {
  try {
    const options = { commands: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' } } as const;
    return parseArgs({ args: [...parameters], options }).values;
  } catch (error) {
    const [line = ''] = (error as Error).message.split(/[.\n]/, 1);
    throw new Error(`${line} (expected --commands, --seed or --only)`, { cause: error });
  }
}
