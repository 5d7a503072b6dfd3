/**
 * Validates the options of the programming interface, since callers may write JavaScript.
 */
import * as z from 'zod';
import { parseSeed } from '../kernel/seed.ts';
import { STRATEGIES } from '../kernel/strategy.ts';
import { PROFILES, type ProfileName } from '../plan/profile.ts';
import { PLAN_LIMITS } from '../plan/shape.ts';
import { parseShard } from '../search/shard.ts';
import type { Totals } from '../search/totals.ts';
import { UsageError } from '../project/usage-error.ts';
import { unknownFault } from '../project/unknown-fault.ts';
import type { JudgedRevision } from './revisions/bisect-replay.ts';
import type { FoundFailure } from './found-failure.ts';
import type { CampaignInput, PlaceOptions, RunOptions } from './options.ts';

const whole = (min: number, max = Number.MAX_SAFE_INTEGER) => z.number().int().min(min).max(max).optional();
const time = z.number().positive().optional();
const text = z.string().optional();
const callback = <Value>() =>
  z.custom<(value: Value) => void>((value) => typeof value === 'function', 'must be a function').optional();

const abortSignal = z.instanceof(AbortSignal).optional();

/** A text that is replaced by its parsed value. `parse` returns null for an invalid text. */
const parsed = <Value>(parse: (text: string) => Value | null, message: string) =>
  z
    .string()
    .transform((value, context): Value => {
      const result = parse(value);
      if (result !== null) return result;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    })
    .optional();

/** One schema for each option of a type: the compiler reports a missing and an unknown one. */
type Schemas<Options> = { readonly [Name in keyof Options]-?: z.ZodType };

const workers = { jobs: whole(0, 256), stuckMs: time } satisfies Schemas<Omit<PlaceOptions, 'folder'>>;
const place = { folder: text, ...workers };

const sizes = {
  clients: whole(1, PLAN_LIMITS.actors),
  nodes: whole(1, PLAN_LIMITS.nodes),
  strategy: z.enum(STRATEGIES).optional(),
  profile: z.enum(Object.keys(PROFILES) as ProfileName[]).optional(),
  faults: z
    .array(
      z.string().superRefine((name, context) => {
        const problem = unknownFault(name);
        if (problem !== null) context.addIssue({ code: 'custom', message: `is ${problem}` });
      }),
    )
    .optional(),
};

const campaign = {
  ...sizes,
  seeds: whole(1),
  timeMs: time,
  seedStart: parsed(parseSeed, 'expected 0x and 1 to 16 hexadecimal digits'),
  shard: parsed(parseShard, 'expected a shard and the number of shards, such as 2/3'),
  bail: whole(1),
  variant: text,
  stepsMax: whole(1),
  shrinkMs: z.number().min(0).optional(),
} satisfies Schemas<Omit<CampaignInput, 'save' | 'signal'>>;

const run = {
  ...place,
  ...campaign,
  save: z.boolean().optional(),
  signal: abortSignal,
  onRun: callback<Totals>(),
  onFinding: callback<FoundFailure>(),
} satisfies Schemas<RunOptions>;

const OPTIONS = {
  run: z.strictObject(run),
  simulate: z.strictObject({ ...workers, ...campaign, timeoutMs: z.number().min(0).optional() }),
  replay: z.strictObject({
    ...place,
    clean: z.boolean().optional(),
    inspect: z.union([z.boolean(), z.number().int().min(1)]).optional(),
    diff: z.boolean().optional(),
    against: text,
    inevitable: z.boolean().optional(),
    state: z
      .strictObject({ from: z.number().int().min(1), until: z.number().int().min(1) })
      .refine(({ from, until }) => from <= until, 'from is after until')
      .optional(),
    lastChange: text,
    suspect: z.boolean().optional(),
    lines: z.union([z.boolean(), z.number().int().min(1)]).optional(),
    why: z.union([z.boolean(), z.number().int().min(1)]).optional(),
    effects: z.union([z.boolean(), z.number().int().min(1)]).optional(),
  }),
  replayPage: z.strictObject({ ...place, file: text, diff: z.boolean().optional() }),
  shrink: z.strictObject({ ...place, timeMs: time }),
  bisect: z.strictObject({ ...place, onJudged: callback<JudgedRevision>(), signal: abortSignal }),
  openScenario: z.strictObject({ ...place, variant: text }),
  planArbitrary: z.strictObject(sizes),
} as const;

/** The options of a function after validation: texts of seeds and shards are parsed. */
export type Validated<Name extends keyof typeof OPTIONS> = z.output<(typeof OPTIONS)[Name]>;

/** Throws UsageError with the first invalid option of a function. */
export function validateOptions<Name extends keyof typeof OPTIONS>(name: Name, options: object): Validated<Name> {
  const schema = OPTIONS[name];
  const { success, data, error } = schema.safeParse(options);
  if (success) return data as Validated<Name>;
  const [issue] = error.issues;
  const problem = [issue?.path.join('.'), issue?.message].filter(Boolean).join(': ');
  const known = issue?.code === 'unrecognized_keys' ? `; ${name} takes ${Object.keys(schema.shape).join(', ')}` : '';
  throw new UsageError(`options: ${problem}${known}`);
}
