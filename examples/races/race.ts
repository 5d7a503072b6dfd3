/** A scenario of the gallery: the code as it should be, one promise, and the race as a variant of the code that brings it back. */
import {
  type AnyActor,
  defineScenario,
  type FaultName,
  type Property,
  type ScenarioDefinition,
} from '../../sim/index.ts';

export interface Race {
  readonly name: string;
  /** Absent where the nodes work without clients. */
  readonly visitor?: AnyActor;
  readonly faults: readonly FaultName[];
  readonly nodesMax: number;
  readonly promise: Property;
  /** In the system's file: inside this function, this text becomes that. */
  readonly race: { readonly within: string; readonly find: string; readonly put: string };
}

export function scenarioOf({ name, visitor, faults, nodesMax, promise, race }: Race): ScenarioDefinition {
  const actors: Readonly<Record<string, AnyActor>> = visitor === undefined ? {} : { visitor };
  return defineScenario({
    name,
    system: { entry: './system.ts' },
    configuration: null,
    nodesMax,
    actors,
    operationsMax: 6,
    faults,
    faultsMax: 2,
    chaosMs: { min: 2000, max: 6000 },
    settleMs: 6000,
    leaveMs: 1000,
    operationMs: 5000,
    properties: [promise],
    variants: [{ id: 'race', risk: promise.risk, expected: promise.id, edits: [{ file: './system.ts', ...race }] }],
  });
}
