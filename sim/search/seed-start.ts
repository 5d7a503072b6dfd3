/** The seed that a campaign starts from when none is given. */
import { randomBytes } from 'node:crypto';
import { formatSeed, type Seed } from '../kernel/seed.ts';

/** A random seed. Shards all start from the same one, since they divide one sequence of seeds. */
export function defaultSeedStart(isSharded: boolean): Seed {
  return isSharded ? '0x1' : formatSeed(randomBytes(8).readBigUInt64BE());
}
