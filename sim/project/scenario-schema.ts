/**
 * Whether what a scenario's file exports is a scenario, as far as can be seen before it runs.
 */
import path from 'node:path';
import * as z from 'zod';
import { LoadError } from '../load/errors.ts';
import {
  ACTOR_KIND_RULE,
  isActorKind,
  isName,
  NAME_LENGTH_MAX,
  NAME_RULE,
  PROPERTY_ID,
  PROPERTY_ID_RULE,
} from '../plan/names.ts';
import { isPlainJson } from '../plan/json-value.ts';
import { PLAN_LIMITS, SEND_BUFFER_BYTES, validatePlanSize } from '../plan/shape.ts';
import { REPLAY_LIMITS } from '../replay/limits.ts';
import { completeScenario, type SystemForm, validateRelations } from '../run/complete-scenario.ts';
import { PROPERTY_KINDS } from '../run/property.ts';
import type { Scenario, ScenarioDefinition } from '../run/scenario.ts';
import { FAULT_KINDS, FAULT_NAMES } from '../world/faults/catalogue.ts';
import { validateActorForm } from './actor-form.ts';
import { suggestion } from './nearest-name.ts';
import { unknownFault } from './unknown-fault.ts';
import { entriesOf, isObject } from './plain-values.ts';
import { validateKeys } from './scenario-keys.ts';

const callable = z.custom<unknown>((value) => typeof value === 'function', 'must be a function');
const propertyId = z.string().max(NAME_LENGTH_MAX).regex(PROPERTY_ID, `is not an id: ${PROPERTY_ID_RULE}`);
/** Of variants. Stricter than other names, because it is an argument of commands. */
const id = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[\w.-]{0,98}\w)?$/,
    'is not an id: at most 100 of A-Z a-z 0-9 _ . -, a letter or digit first, no . or - last',
  );
/** Rarer, and a campaign of the usual size would not see it. */
const ONE_SEED_IN_MAX = 1000;
/** No drawn fault is shorter. */
const DURATION_MS_MIN = 100;
const count = (min: number, max: number) => z.number().int().min(min).max(max);
const chaosMs = count(1, PLAN_LIMITS.chaosMs);
const positive = z.number().min(0);

/** `Infinity` is one. */
const seedCount = z.custom<number>((value) => typeof value === 'number' && value >= 1, 'must be a number of seeds');
const mark = z.object({ name: z.string(), withinSeeds: seedCount });

const edits = z.array(z.object({ file: z.string(), within: z.string().optional(), find: z.string(), put: z.string() }));

const fault = z.string().superRefine((name, context) => {
  const problem = unknownFault(name);
  if (problem !== null) context.addIssue({ code: 'custom', message: `is ${problem}` });
});

const system = z.object(
  {
    entry: z.string().min(1),
    start: z.string().min(1).optional(),
    statefulPackages: z.array(z.string()).optional(),
    stateless: z.boolean().optional(),
    env: z
      .union(
        [callable, z.record(z.string(), z.string())],
        'must be an object of strings, or a function that returns one',
      )
      .optional(),
    otherVersion: z.object({ entry: z.string().min(1).optional(), edits: edits.optional() }).optional(),
  },
  'must be the path of a module that exports start or is a main module, or { entry: … }',
);

/** Operations are checked by `validateActorForm`. */
const actor = z.object({
  countMax: count(0, PLAN_LIMITS.actors).optional(),
  optional: z.array(z.string()).optional(),
  concurrent: z.array(z.string()).optional(),
  formerNames: z.record(z.string(), z.string()).optional(),
  script: callable.optional(),
  create: callable.optional(),
  leave: callable.optional(),
});

const configuration = z.custom<unknown>(
  (value) => isPlainJson(value),
  'must be plain JSON, since each process gets a copy',
);

const shape = z.object({
  name: z.string().min(1).optional(),
  system,
  configuration: configuration.optional(),
  nodesMax: count(1, PLAN_LIMITS.nodes).optional(),
  actors: z.record(z.string(), actor).optional(),
  operationsMax: count(1, PLAN_LIMITS.operationsPerActor).optional(),
  faults: z.array(fault).optional(),
  faultsMax: count(0, PLAN_LIMITS.faults).optional(),
  faultDurationMaxMs: z.record(z.string(), count(DURATION_MS_MIN, PLAN_LIMITS.chaosMs)).optional(),
  smallSendBuffers: z
    .object({
      bytes: z.array(count(SEND_BUFFER_BYTES.min, SEND_BUFFER_BYTES.usual)).optional(),
      oneSeedIn: count(1, ONE_SEED_IN_MAX).optional(),
    })
    .optional(),
  chaosMs: z.object({ min: chaosMs, max: chaosMs }).optional(),
  settleMs: positive.optional(),
  leaveMs: positive.optional(),
  operationMs: positive.optional(),
  properties: z
    .array(
      z.object({
        id: propertyId,
        description: z.string(),
        risk: z.string().max(REPLAY_LIMITS.textLength).optional(),
        kind: z.enum(PROPERTY_KINDS),
        judgedWithinSeeds: seedCount.optional(),
        marks: z.array(z.union([z.string(), mark], 'must be a name, or { name, withinSeeds }')).optional(),
        checker: callable,
      }),
    )
    .optional(),
  variants: z.array(z.object({ id, risk: z.string().optional(), expected: z.string().optional(), edits })).optional(),
});

/**
 * The complete scenario that the default export of `shown` defines; the file also names it. `form`
 * is that of its system, if it is known. Throws LoadError with the first thing that is wrong.
 */
export function asScenario(value: unknown, shown: string, form: Partial<SystemForm> = {}): Scenario {
  const invalid = validateExport(value);
  if (invalid !== null) throw new LoadError(`${shown}: the default export is not a scenario: ${invalid}`);
  const scenario = completeScenario(value as ScenarioDefinition, shown, form);
  const relation = validateRelations(scenario);
  if (relation !== null) throw new LoadError(`${shown}: scenario ${scenario.name}: ${relation}`);
  try {
    checkActors(scenario);
    checkVariants(scenario);
    checkFaultDurations(scenario);
    checkOtherVersion(scenario);
    return scenario;
  } catch (caught) {
    throw new LoadError(`${shown}: ${caught instanceof Error ? caught.message : String(caught)}`);
  }
}

function validateExport(value: unknown): string | null {
  if (!isObject(value)) return 'it must be an object, such as defineScenario returns';
  for (const [kind, definition] of entriesOf(value['actors'])) {
    const invalid = validateActorForm(kind, definition);
    if (invalid !== null) return invalid;
  }
  return validateKeys(value) ?? validateShape(value);
}

function validateShape(value: Readonly<Record<string, unknown>>): string | null {
  const { success, error } = shape.safeParse({ ...withoutShortForms(value), system: systemOf(value) });
  if (success) return null;
  const [issue] = error.issues;
  const place = issue?.path.map(String).join('.') ?? '';
  return `${place} ${issue?.message ?? ''}`.replaceAll(/\s+/g, ' ').trim();
}

function systemOf({ system: value }: Readonly<Record<string, unknown>>): unknown {
  return typeof value === 'string' ? { entry: value } : value;
}

/**
 * An operation of an actor in the short form may have any name, also that of a key of the full
 * form.
 */
function withoutShortForms(value: Readonly<Record<string, unknown>>): object {
  if (!isObject(value['actors'])) return value;
  const full = entriesOf(value['actors']).filter(
    ([, definition]) => isObject(definition) && 'operations' in definition,
  );
  return { ...value, actors: Object.fromEntries(full) };
}

/** Held to what a replay file may hold: what is found has to be saved, and read again. */
function checkActors({ actors, operationsMax }: Scenario): void {
  for (const [kind, { operations, optional = [], concurrent = [] }] of Object.entries(actors)) {
    if (!isActorKind(kind)) throw new Error(`${kind} can't be a kind of actor: a kind is ${ACTOR_KIND_RULE}`);
    const names = Object.keys(operations);
    const odd = names.find((name) => !isName(name));
    if (odd !== undefined) throw new Error(`${odd} can't be an operation of ${kind}: a name is ${NAME_RULE}`);
    for (const [key, named] of Object.entries({ optional, concurrent })) {
      const unknown = named.find((name) => !names.includes(name));
      if (unknown !== undefined)
        throw new Error(`${kind} has no ${key} operation ${unknown}; its operations are: ${names.join(', ')}`);
    }
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
      throw new Error(`the variant ${variant} expects the unknown property ${expected}${suggestion(expected, known)}`);
    }
  }
}

function checkFaultDurations({ faultDurationMaxMs, faults }: Scenario): void {
  for (const name of Object.keys(faultDurationMaxMs)) {
    const key = `faultDurationMaxMs.${name}`;
    const kind = FAULT_KINDS.get(name);
    if (kind === undefined) throw new Error(`${key} is an unknown fault${suggestion(name, FAULT_NAMES)}`);
    if (kind.durationMsMax === 0) throw new Error(`${key}: this fault lasts for a moment, leave it out`);
    if (!faults.some((injected) => injected === name)) throw new Error(`${key}: faults does not name this fault`);
  }
}

function checkOtherVersion({ system: { entry, otherVersion }, faults }: Scenario): void {
  if (otherVersion === undefined) {
    const needing = faults.find((kind) => FAULT_KINDS.get(kind)?.needsOtherVersion === true);
    if (needing !== undefined) throw new Error(`the fault ${needing} needs system.otherVersion`);
    return;
  }
  const { entry: otherEntry = entry, edits: changes = [] } = otherVersion;
  if (path.normalize(otherEntry) === path.normalize(entry) && changes.length === 0)
    throw new Error('system.otherVersion needs an entry that differs from system.entry, or edits');
}
