/**
 * The check of what callers of the programming interface ask for: they have no compiler in every case.
 */
import { z } from 'zod';
import { parseSeed } from '../kernel/seed.ts';
import { STRATEGIES } from '../kernel/strategy.ts';
import { PROFILES } from '../plan/profile.ts';
import { PLAN_LIMITS } from '../plan/shape.ts';
import { parseShard } from '../search/shard.ts';
import { UsageError } from '../project/usage-error.ts';

const whole = (min: number, max = Number.MAX_SAFE_INTEGER) => z.number().int().min(min).max(max).optional();
const time = z.number().positive().optional();
const text = z.string().optional();
const callback = z.custom((value) => typeof value === 'function', 'must be a function').optional();

const workers = { jobs: whole(0, 256), stuckMs: time };
const place = { folder: text, ...workers };

const sizes = {
  clients: whole(1, PLAN_LIMITS.actors),
  nodes: whole(1, PLAN_LIMITS.nodes),
  strategy: z.enum(STRATEGIES).optional(),
  profile: z.enum(Object.keys(PROFILES)).optional(),
};

const campaign = {
  ...sizes,
  seeds: whole(1),
  timeMs: time,
  seedStart: z
    .string()
    .refine((value) => parseSeed(value) !== null, 'give 0x and 1 to 16 hexadecimal digits')
    .optional(),
  shard: z
    .string()
    .refine((value) => parseShard(value) !== null, 'give a number and how many there are, such as 2/3')
    .optional(),
  bail: whole(1),
  variant: text,
  stepsMax: whole(1),
  shrinkMs: z.number().min(0).optional(),
};

const OPTIONS = {
  run: z.strictObject({
    ...place,
    ...campaign,
    save: z.boolean().optional(),
    signal: z.instanceof(AbortSignal).optional(),
    onRun: callback,
    onFinding: callback,
  }),
  simulate: z.strictObject({ ...workers, ...campaign, timeoutMs: z.number().min(0).optional() }),
  replay: z.strictObject({ ...place, clean: z.boolean().optional() }),
  shrink: z.strictObject({ ...place, timeMs: time }),
  openScenario: z.strictObject({ ...place, variant: text }),
  planArbitrary: z.strictObject(sizes),
} as const;

/** Throws UsageError with the first thing that is wrong about the options of a function. */
export function checkOptions(asked: keyof typeof OPTIONS, options: object): void {
  const schema = OPTIONS[asked];
  const { success, error } = schema.safeParse(options);
  if (success) return;
  const [issue] = error.issues;
  const wrong = [issue?.path.join('.'), issue?.message].filter(Boolean).join(': ');
  const known = issue?.code === 'unrecognized_keys' ? `; ${asked} takes ${Object.keys(schema.shape).join(', ')}` : '';
  throw new UsageError(`options: ${wrong}${known}`);
}
