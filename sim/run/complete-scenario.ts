/**
 * Completes the scenario that a user wrote. Defaults are applied only here.
 */
import path from 'node:path';
import type { Json } from '../system/types.ts';
import { possibleFaults as possibleFaultsOf } from '../world/faults/catalogue.ts';
import { selectFaults } from '../world/faults/selection.ts';
import type { Actor, ActorDefinition, ActorOperation, ActorOperations } from './actor.ts';
import { nameOfMark, type Property } from './property.ts';
import type { AnyActor, Scenario, ScenarioDefinition } from './scenario.ts';
import { ACTOR_DEFAULTS, defaultScript, OPERATION_MS, SCENARIO_DEFAULTS } from './scenario-defaults.ts';

/** `ticker` for `tests/ticker.sim.ts`. */
export function scenarioNameOf(file: string): string {
  const base = path.basename(file).replace(/\.[cm]?[jt]s$/, '');
  const name = base.replace(/\.(?:sim|scenario)$/, '');
  return name === '' ? base : name;
}

/** In the full form, `operations` is an object; in the short form, every value is a function. */
function isFullForm(actor: AnyActor): actor is ActorDefinition {
  return typeof actor.operations === 'object';
}

/** What only the bundle of a system shows. */
export interface SystemForm {
  /** It is a main module. */
  readonly isMain: boolean;
  /** It may connect to Redis. */
  readonly mayUseRedis: boolean;
  /** It may have failpoints. */
  readonly mayUseFailpoints: boolean;
}

/** Applies the defaults. `file`: the scenario's file, the source of the default name. */
export function completeScenario<Configuration>(
  definition: ScenarioDefinition<Configuration>,
  file: string,
  { isMain = false, mayUseRedis = true, mayUseFailpoints = true }: Partial<SystemForm> = {},
): Scenario {
  const { system, configuration, settleMs = SCENARIO_DEFAULTS.settleMs.value } = definition;
  const completeSystem = typeof system === 'string' ? { entry: system } : system;
  const hasOtherVersion = completeSystem.otherVersion !== undefined;
  const possibleFaults = possibleFaultsOf({
    hasOtherVersion,
    hasPort: isMain,
    mayUseRedis,
    mayUseFailpoints,
    hasActors: Object.keys(definition.actors ?? {}).length > 0,
  });
  return {
    name: definition.name ?? scenarioNameOf(file),
    system: completeSystem,
    // Validated as JSON when the scenario is loaded.
    configuration: configuration === undefined ? SCENARIO_DEFAULTS.configuration.value : (configuration as Json),
    nodesMax: definition.nodesMax ?? SCENARIO_DEFAULTS.nodesMax.value,
    actors: Object.fromEntries(
      Object.entries(definition.actors ?? {}).map(([kind, actor]) => [kind, completeActor(actor)]),
    ),
    operationsMax: definition.operationsMax ?? SCENARIO_DEFAULTS.operationsMax.value,
    faults:
      definition.faults === undefined
        ? possibleFaults
        : selectFaults(definition.faults, { usual: possibleFaults, possible: possibleFaults }),
    possibleFaults,
    faultsMax: definition.faultsMax ?? SCENARIO_DEFAULTS.faultsMax.value,
    faultDurationMaxMs: definition.faultDurationMaxMs ?? SCENARIO_DEFAULTS.faultDurationMaxMs.value,
    smallSendBuffers: {
      bytes: definition.smallSendBuffers?.bytes ?? SCENARIO_DEFAULTS.smallSendBuffers.value.bytes,
      oneSeedIn: definition.smallSendBuffers?.oneSeedIn ?? SCENARIO_DEFAULTS.smallSendBuffers.value.oneSeedIn,
    },
    chaosMs: definition.chaosMs ?? SCENARIO_DEFAULTS.chaosMs.value,
    settleMs,
    leaveMs: definition.leaveMs ?? SCENARIO_DEFAULTS.leaveMs.value,
    operationMs: definition.operationMs ?? Math.min(OPERATION_MS, settleMs),
    properties: (definition.properties ?? []) as readonly Property[],
    variants: definition.variants ?? SCENARIO_DEFAULTS.variants.value,
  };
}

export function completeActor(actor: AnyActor): Actor {
  const full = isFullForm(actor) ? actor : asFullForm(actor as ActorOperations);
  const { operations, formerNames } = full;
  return {
    operations: operations as Actor['operations'],
    countMax: full.countMax ?? ACTOR_DEFAULTS.countMax.value,
    optional: full.optional ?? ACTOR_DEFAULTS.optional.value,
    concurrent: full.concurrent ?? ACTOR_DEFAULTS.concurrent.value,
    ...(formerNames === undefined ? {} : { formerNames }),
    script: full.script ?? defaultScript(Object.keys(operations)),
    create: full.create ?? (() => ({})),
    leave: (full.leave as Actor['leave'] | undefined) ?? null,
  };
}

/** Every key of the short form is an operation. */
function asFullForm(actor: ActorOperations): ActorDefinition {
  return { operations: actor as Readonly<Record<string, ActorOperation<Record<string, unknown>>>> };
}

/** Returns a description of the first relation between settings that does not hold, or null. */
export function validateRelations({ settleMs, operationMs, chaosMs, properties }: Scenario): string | null {
  if (operationMs > settleMs) return 'operationMs is above settleMs';
  if (chaosMs.min > chaosMs.max) return 'chaosMs.min is above chaosMs.max';
  const ids = properties.map((property) => property.id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) return `two properties are called ${twice}`;
  const marks = properties.flatMap((property) => property.marks?.map(nameOfMark) ?? []);
  const again = marks.find((mark, index) => marks.indexOf(mark) !== index);
  return again === undefined ? null : `two properties have the mark ${again}`;
}
