/**
 * Parses the flags of the programs beside the command line: the benchmark, the fuzzer of the
 * simulated Redis and its bridge. Errors have a message of one line.
 */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { parseSeed, type Seed } from '../kernel/seed.ts';

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<Known extends Options> = ReturnType<typeof parseArgs<{ args: string[]; options: Known }>>['values'];

/** Exit code for invalid flags, or when something is missing that the program needs. */
export const USAGE_FAULT = 2;

/** Throws for an unknown flag, a missing value or a parameter that is not a flag. */
export function parseFlags<const Known extends Options>(parameters: readonly string[], options: Known): Values<Known> {
  try {
    return parseArgs({ args: [...parameters], options }).values;
  } catch (error) {
    const [line = ''] = (error as Error).message.split(/[.\n]/, 1);
    const names = Object.keys(options).map((name) => `--${name}`);
    const expected = `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`;
    throw new Error(`${line} (expected ${expected})`, { cause: error });
  }
}

/** Throws for a text that is not a seed. */
export function seedOf(text: string): Seed {
  const seed = parseSeed(text);
  if (seed === null) throw new Error(`invalid --seed ${text} (expected 0x and up to 16 hexadecimal digits)`);
  return seed;
}
