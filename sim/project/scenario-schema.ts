/**
 * Whether what a scenario's file exports is a scenario, as far as can be seen before it runs.
 */
import path from 'node:path';
import { z } from 'zod';
import { LoadError } from '../load/errors.ts';
import { defineScenario, type Scenario } from '../run/scenario.ts';
import {
  ACTOR_KIND_RULE,
  isActorKind,
  isName,
  NAME_LENGTH_MAX,
  NAME_RULE,
  PROPERTY_ID,
  PROPERTY_ID_RULE,
} from '../plan/names.ts';
import { validatePlanSize, PLAN_LIMITS } from '../plan/shape.ts';
import { currentName, FORMER_FAULTS } from '../replay/former-names.ts';
import { REPLAY_LIMITS } from '../replay/limits.ts';
import { PROPERTY_KINDS } from '../run/property.ts';
import { FAULT_KINDS } from '../world/faults/catalogue.ts';

const callable = z.custom<unknown>((value) => typeof value === 'function', 'must be a function');
const propertyId = z.string().max(NAME_LENGTH_MAX).regex(PROPERTY_ID, `is not an id: ${PROPERTY_ID_RULE}`);
/** Of variants. Stricter than other names, because it is an argument of commands. */
const id = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[\w.-]{0,98}\w)?$/,
    'is not an id: at most 100 of A-Z a-z 0-9 _ . -, a letter or digit first, no . or - last',
  );
const count = (min: number, max: number) => z.number().int().min(min).max(max);
const chaosMs = count(1, PLAN_LIMITS.chaosMs);
const positive = z.number().min(0);

const edits = z.array(z.looseObject({ file: z.string(), within: z.string(), find: z.string(), put: z.string() }));

const shape = z.looseObject({
  name: z.string().min(1),
  system: z.looseObject({
    entry: z.string().min(1),
    statefulPackages: z.array(z.string()).optional(),
    stateless: z.boolean().optional(),
    otherVersion: z.strictObject({ entry: z.string().min(1).optional(), edits: edits.optional() }).optional(),
  }),
  nodesMax: count(1, PLAN_LIMITS.nodes),
  actors: z.record(
    z.string(),
    z.looseObject({
      countMax: count(0, PLAN_LIMITS.actors),
      optional: z.array(z.string()).optional(),
      script: callable,
      create: callable,
      leave: callable,
      operations: z.record(z.string(), callable),
    }),
  ),
  operationsMax: count(1, PLAN_LIMITS.operationsPerActor),
  faults: z
    .array(z.string().refine((kind) => FAULT_KINDS.has(currentName(FORMER_FAULTS, kind)), 'is no kind of fault'))
    .optional(),
  faultsMax: count(0, PLAN_LIMITS.faults),
  chaosMs: z.looseObject({ min: chaosMs, max: chaosMs }),
  settleMs: positive,
  leaveMs: positive,
  operationMs: positive,
  properties: z.array(
    z.looseObject({
      id: propertyId,
      description: z.string(),
      risk: z.string().max(REPLAY_LIMITS.textLength).optional(),
      kind: z.enum(PROPERTY_KINDS),
      marks: z.array(z.string()).optional(),
      checker: callable,
    }),
  ),
  variants: z.array(
    z.looseObject({
      id,
      risk: z.string().optional(),
      expected: z.string().optional(),
      edits,
    }),
  ),
});

/** Throws LoadError with the first thing that is wrong. `shown` names the file. */
export function asScenario(value: unknown, shown: string): Scenario {
  const { success, error } = shape.safeParse(value);
  if (!success) {
    const [issue] = error.issues;
    const place = issue?.path.map(String).join('.') ?? '';
    throw new LoadError(
      `${shown}: the default export is no scenario: ${place} ${issue?.message ?? ''}`.replaceAll(/\s+/g, ' ').trim(),
    );
  }
  try {
    const scenario = withCurrentFaultNames(defineScenario(value as Scenario));
    checkActors(scenario);
    checkVariants(scenario);
    checkOtherVersion(scenario);
    return scenario;
  } catch (caught) {
    throw new LoadError(`${shown}: ${caught instanceof Error ? caught.message : String(caught)}`);
  }
}

/** Old names of faults are accepted for one more version. */
function withCurrentFaultNames(scenario: Scenario): Scenario {
  const { faults } = scenario;
  if (faults === undefined) return scenario;
  return { ...scenario, faults: faults.map((kind) => currentName(FORMER_FAULTS, kind)) };
}

/** Held to what a replay file may hold: what is found has to be saved, and read again. */
function checkActors({ actors, operationsMax }: Scenario): void {
  for (const [kind, { operations, optional = [] }] of Object.entries(actors)) {
    if (!isActorKind(kind)) throw new Error(`${kind} can't be a kind of actor: a kind is ${ACTOR_KIND_RULE}`);
    const names = Object.keys(operations);
    const odd = names.find((name) => !isName(name));
    if (odd !== undefined) throw new Error(`${odd} can't be an operation of ${kind}: a name is ${NAME_RULE}`);
    const unknown = optional.find((name) => !names.includes(name));
    if (unknown !== undefined)
      throw new Error(`${kind} has no optional operation ${unknown}; its operations are: ${names.join(', ')}`);
  }
  const kinds = Object.values(actors);
  if (kinds.length > PLAN_LIMITS.kinds) throw new Error(`there may be ${PLAN_LIMITS.kinds} kinds of actors at most`);
  const excess = validatePlanSize(kinds.map(({ countMax }) => ({ count: countMax, operationsMax })));
  if (excess !== null) throw new Error(`countMax of all actors and operationsMax allow ${excess}`);
}

/** What a variant may come to that no property has to find. */
const OWN_VERDICTS: readonly string[] = ['crash', 'no-progress'];

function checkVariants({ variants, properties }: Scenario): void {
  const seen = new Set<string>();
  for (const { id: variant, expected } of variants) {
    if (seen.size === seen.add(variant).size) throw new Error(`two variants are called ${variant}`);
    const known = [...properties.map((property) => property.id), ...OWN_VERDICTS];
    if (expected !== undefined && !known.includes(expected)) {
      throw new Error(`the variant ${variant} expects the property ${expected}, which is not there`);
    }
  }
}

function checkOtherVersion({ system, faults = [] }: Scenario): void {
  const { entry, otherVersion } = system;
  if (otherVersion === undefined) {
    const needing = faults.find((kind) => FAULT_KINDS.get(kind)?.needsOtherVersion === true);
    if (needing !== undefined) throw new Error(`the fault ${needing} needs system.otherVersion`);
    return;
  }
  const { entry: otherEntry = entry, edits: changes = [] } = otherVersion;
  if (path.normalize(otherEntry) === path.normalize(entry) && changes.length === 0)
    throw new Error('system.otherVersion has neither an entry of its own nor edits, and so is no other version');
}
