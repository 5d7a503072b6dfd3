/**
 * The shape of a replay file, format version 2. Strict: unknown keys are refused, numbers are
 * bounded, names have patterns. validate-replay.ts checks whether the names exist in the scenario.
 */
import * as z from 'zod';
import { CHOICE_KEY } from '../kernel/draws.ts';
import { REDIS_CONNECTIONS } from '../kernel/fault.ts';
import { parseSeed, type Seed } from '../kernel/seed.ts';
import { STRATEGIES } from '../kernel/strategy.ts';
import {
  ACTOR,
  ACTOR_KIND,
  ACTOR_KIND_LENGTH_MAX,
  ACTOR_KIND_RULE,
  NAME,
  NAME_LENGTH_MAX,
  NAME_RULE,
  PROPERTY_ID,
  PROPERTY_ID_RULE,
} from '../plan/names.ts';
import { PLAN_LIMITS, SEND_BUFFER_BYTES, validatePlanSize } from '../plan/shape.ts';
import { REPLAY_LIMITS } from './limits.ts';
import { FAILURE_VERDICTS, REPLAY_FORMAT, REPLAY_STATES, REPLAY_VERSION } from './replay-document.ts';
import { checkScenarioPath } from './scenario-path.ts';

const NODE_MAJOR_MAX = 999;

const text = z.string().max(REPLAY_LIMITS.textLength);
const name = z.string().max(NAME_LENGTH_MAX).regex(NAME, `is not a name: ${NAME_RULE}`);
const propertyId = z.string().max(NAME_LENGTH_MAX).regex(PROPERTY_ID, `is not a property: ${PROPERTY_ID_RULE}`);
const actorKind = z.string().max(ACTOR_KIND_LENGTH_MAX).regex(ACTOR_KIND, `is not a kind of actor: ${ACTOR_KIND_RULE}`);
const actor = z.string().max(NAME_LENGTH_MAX).regex(ACTOR, 'is not an actor such as client-3');
const hash16 = z.string().regex(/^[0-9a-f]{16}$/, 'must be 16 hexadecimal digits');
const hash16OrNone = z.string().regex(/^(?:[0-9a-f]{16})?$/, 'must be 16 hexadecimal digits, or empty');
const packageName = z
  .string()
  .max(REPLAY_LIMITS.packageNameLength)
  .regex(/^(?:@[\w.~-]+\/)?[\w.~-]+$/, 'is not the name of a package');
const count = (max: number, min = 0) => z.number().int().min(min).max(max);
const momentMs = z.number().min(0).max(PLAN_LIMITS.chaosMs);

const seed = z.string().transform((value, context): Seed => {
  const parsed = parseSeed(value);
  if (parsed !== null) return parsed;
  context.addIssue({ code: 'custom', message: 'is not a seed: 0x and up to 16 hexadecimal digits' });
  return z.NEVER;
});

const operation = z.strictObject({
  id: name,
  actor,
  name,
  atMs: momentMs,
  arguments: z.record(z.string().max(NAME_LENGTH_MAX), z.json()),
  early: z.literal(true).optional(),
});

const burst = z.strictObject({ operation: name.optional(), atMs: momentMs });

const cohort = z.strictObject({
  actor: actorKind,
  count: count(PLAN_LIMITS.actors),
  operationsMax: count(PLAN_LIMITS.operationsPerActor),
  skew: z.record(name, z.number().min(0).max(1)).optional(),
  bursts: z.array(burst).max(PLAN_LIMITS.bursts).optional(),
  early: z.number().min(0).max(1).optional(),
});

const fault = z.strictObject({
  id: name,
  kind: name,
  target: z.union([z.literal('*'), actor], 'must be an actor, a node, or *'),
  atMs: momentMs,
  durationMs: momentMs,
  rate: z.number().gt(0).max(1),
  connection: z.enum(REDIS_CONNECTIONS).optional(),
});

const circumstances = z.strictObject({
  lateCompletions: z.literal(true).optional(),
  slowFailpoints: z.literal(true).optional(),
  sendBufferBytes: count(SEND_BUFFER_BYTES.usual, 1).optional(),
});

const plan = z
  .strictObject({
    nodes: count(PLAN_LIMITS.nodes, 1),
    chaosMs: count(PLAN_LIMITS.chaosMs, 1),
    strategy: z.enum(STRATEGIES).optional(),
    changesMs: z.array(momentMs).max(STRATEGIES.length).optional(),
    minimal: z.literal(true).optional(),
    circumstances: circumstances.optional(),
    cohorts: z.array(cohort).max(PLAN_LIMITS.kinds),
    operations: z.array(operation).max(PLAN_LIMITS.operations),
    faults: z.array(fault).max(PLAN_LIMITS.faults),
  })
  .superRefine(({ chaosMs, cohorts, operations, faults }, context) => {
    const report = (path: (number | string)[], message: string) => context.addIssue({ code: 'custom', path, message });
    const excess = validatePlanSize(cohorts, operations.length);
    if (excess !== null) report(['cohorts'], `give ${excess}`);
    const twice =
      firstTwice([...operations, ...faults].map(({ id }) => id)) ?? firstTwice(cohorts.map((cohort) => cohort.actor));
    if (twice !== undefined) report([], `has ${twice} twice`);
    const late = operations.findIndex(({ atMs }) => atMs >= chaosMs);
    if (late >= 0)
      report(['operations', late, 'atMs'], `must be below chaosMs (${chaosMs}): no operation begins after the heal`);
  });

const choices = z
  .record(
    z.string().max(REPLAY_LIMITS.keyLength).regex(CHOICE_KEY, 'is not a key of a choice, such as client-2.1/latency/0'),
    z.number().min(0).lt(1),
  )
  .refine((all) => Object.keys(all).length <= REPLAY_LIMITS.choices, `are more than ${REPLAY_LIMITS.choices}`);

const id = z.string().regex(/^[0-9a-f]{6}$/, 'must be 6 hexadecimal digits');

export const replaySchema = z.strictObject({
  format: z.literal(REPLAY_FORMAT),
  version: z.literal(REPLAY_VERSION),
  id,
  formerIds: z.array(id).max(REPLAY_LIMITS.formerIds).optional(),
  state: z.enum(REPLAY_STATES).optional(),
  scenario: z
    .string()
    .max(REPLAY_LIMITS.pathLength)
    .superRefine((value, context) => {
      const message = checkScenarioPath(value);
      if (message !== null) context.addIssue({ code: 'custom', message });
    }),
  variant: name.nullable(),
  codeHash: hash16,
  node: count(NODE_MAJOR_MAX, 1),
  seed,
  plan,
  choices,
  stepsMax: count(Number.MAX_SAFE_INTEGER, 1).optional(),
  statefulPackages: z.array(packageName).min(1).max(REPLAY_LIMITS.packages).optional(),
  expected: z.strictObject({
    onVariant: z.strictObject({ verdict: z.enum(FAILURE_VERDICTS), property: propertyId.nullable(), signature: text }),
    onUnmodified: z.literal('none'),
  }),
  digest: hash16OrNone,
  violation: z.strictObject({
    property: propertyId.nullable(),
    risk: text.nullable(),
    subject: text.nullable(),
    text,
    step: count(Number.MAX_SAFE_INTEGER),
    atMs: z.number().min(0).max(Number.MAX_SAFE_INTEGER),
  }),
  savedWith: name,
});

function firstTwice(names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return names.find((name) => seen.size === seen.add(name).size);
}
