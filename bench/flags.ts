/**
 * Parses the flags of the benchmark.
 */
import { parseFlags, seedOf } from '../sim/cli/flags.ts';
import type { Seed } from '../sim/kernel/seed.ts';
import { DETECTION_STRATEGIES, type DetectionStrategy } from './detection/campaigns.ts';
import { type Group, GROUPS } from './document.ts';

const OPTIONS = {
  json: { type: 'boolean' },
  quick: { type: 'boolean' },
  only: { type: 'string' },
  subject: { type: 'string' },
  strategy: { type: 'string' },
  find: { type: 'boolean' },
  mechanical: { type: 'boolean' },
  seed: { type: 'string' },
} as const;

/** Not a group of figures: it takes long and is measured only when named. */
export const DETECTION = 'detection';
/** Neither are these. */
export const CAUSES = 'causes';
export const DEBUGGING = 'debugging';

export interface Flags {
  readonly json: boolean;
  readonly quick: boolean;
  readonly only?: Group | typeof DETECTION | typeof CAUSES | typeof DEBUGGING;
  /** Of `causes`: look for the failures anew, and keep them. */
  readonly find: boolean;
  /** Of `causes`: failures of mechanical mutants instead of planted ones. */
  readonly mechanical: boolean;
  /** Of `causes --mechanical --find`: draws the mutants. */
  readonly seed?: Seed;
  /** Of `detection`, `causes` and `debugging`: only subjects whose names contain it. */
  readonly subject?: string;
  /** Of `detection`: only this strategy. */
  readonly strategy?: DetectionStrategy;
}

/** Throws an error with a one-line message for invalid flags. */
export function flagsOf(parameters: readonly string[]): Flags {
  const { json = false, quick = false, find = false, mechanical = false, ...named } = parseFlags(parameters, OPTIONS);
  const only = oneOf('only', named.only, [...GROUPS, DETECTION, CAUSES, DEBUGGING]);
  const strategy = oneOf('strategy', named.strategy, DETECTION_STRATEGIES);
  const { subject } = named;
  if (only !== DETECTION && strategy !== undefined) throw new Error('--strategy needs --only detection');
  if (only !== CAUSES && find) throw new Error('--find needs --only causes');
  if (only !== CAUSES && mechanical) throw new Error('--mechanical needs --only causes');
  if (mechanical && subject !== undefined) throw new Error('--mechanical measures all mutants (remove --subject)');
  if (mechanical && find !== (named.seed !== undefined))
    throw new Error('--mechanical --find needs --seed, which draws the mutants, and --seed needs both');
  if (!mechanical && named.seed !== undefined) throw new Error('--seed needs --only causes --mechanical --find');
  if (subject !== undefined && only !== DETECTION && only !== CAUSES && only !== DEBUGGING)
    throw new Error('--subject needs --only detection, causes or debugging');
  return {
    json,
    quick,
    find,
    mechanical,
    ...(only === undefined ? {} : { only }),
    ...(named.seed === undefined ? {} : { seed: seedOf(named.seed) }),
    ...(subject === undefined ? {} : { subject }),
    ...(strategy === undefined ? {} : { strategy }),
  };
}

function oneOf<Name extends string>(flag: string, value: string | undefined, names: readonly Name[]): Name | undefined {
  if (value === undefined) return undefined;
  const name = names.find((one) => one === value);
  if (name === undefined) throw new Error(`invalid --${flag} (expected one of: ${names.join(', ')})`);
  return name;
}
