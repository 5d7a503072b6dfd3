/**
 * Parses the flags of the benchmark.
 */
import { parseFlags } from '../sim/cli/flags.ts';
import { DETECTION_STRATEGIES, type DetectionStrategy } from './detection/campaigns.ts';
import { type Group, GROUPS } from './document.ts';

const OPTIONS = {
  json: { type: 'boolean' },
  quick: { type: 'boolean' },
  only: { type: 'string' },
  subject: { type: 'string' },
  strategy: { type: 'string' },
} as const;

/** Not a group of figures: it takes long and is measured only when named. */
export const DETECTION = 'detection';

export interface Flags {
  readonly json: boolean;
  readonly quick: boolean;
  readonly only?: Group | typeof DETECTION;
  /** Of `detection`: only subjects whose names contain it. */
  readonly subject?: string;
  /** Of `detection`: only this strategy. */
  readonly strategy?: DetectionStrategy;
}

/** Throws an error with a one-line message for invalid flags. */
export function flagsOf(parameters: readonly string[]): Flags {
  const { json = false, quick = false, ...named } = parseFlags(parameters, OPTIONS);
  const only = oneOf('only', named.only, [...GROUPS, DETECTION]);
  const strategy = oneOf('strategy', named.strategy, DETECTION_STRATEGIES);
  const { subject } = named;
  if (only !== DETECTION && (subject !== undefined || strategy !== undefined))
    throw new Error('--subject and --strategy need --only detection');
  return {
    json,
    quick,
    ...(only === undefined ? {} : { only }),
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
