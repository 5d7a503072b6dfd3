/**
 * Whether what a scenario's file exports is a scenario, as far as can be seen before it runs.
 */
import path from 'node:path';
import { z } from 'zod';
import { LoadError } from '../load/errors.ts';
import { defineScenario, type Scenario } from '../run/scenario.ts';
import { FAULT_KINDS } from '../world/faults.ts';

const callable = z.custom<unknown>((value) => typeof value === 'function', 'must be a function');
const id = z.string().regex(/^[A-Za-z0-9](?:[\w.-]{0,98}\w)?$/, 'is not an id');
const count = z.number().int().min(0);
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
  nodesMax: count.min(1),
  actors: z.record(
    id,
    z.looseObject({
      countMax: count,
      script: callable,
      create: callable,
      leave: callable,
      operations: z.record(z.string(), callable),
    }),
  ),
  operationsMax: count.min(1),
  faults: z.array(z.string().refine((kind) => FAULT_KINDS.has(kind), 'is no kind of fault')).optional(),
  faultsMax: count,
  chaosMs: z.looseObject({ min: count.min(1), max: count.min(1) }),
  settleMs: positive,
  leaveMs: positive,
  operationMs: positive,
  properties: z.array(z.looseObject({ id, promise: z.string(), risk: z.string(), judge: callable })),
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
    const scenario = defineScenario(value as Scenario);
    checkVariants(scenario);
    checkOtherVersion(scenario);
    return scenario;
  } catch (caught) {
    throw new LoadError(`${shown}: ${caught instanceof Error ? caught.message : String(caught)}`);
  }
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
