/**
 * A scenario of the gallery: correct code, the property that the race breaks, and the race as a
 * variant that brings it back.
 */
import { type AnyActor, defineScenario, type FaultName, type Property, type ScenarioDefinition } from 'seedstorm';

export interface Race {
  readonly name: string;
  /** Absent where the nodes work without clients. */
  readonly visitor?: AnyActor;
  readonly faults: readonly FaultName[];
  readonly nodesMax: number;
  /** The property that finds the race. */
  readonly property: Property;
  readonly moreProperties?: readonly Property[];
  /** In system.ts, within a function: the text to find, and what replaces it. */
  readonly race: { readonly within: string; readonly find: string; readonly put: string };
}

export function scenarioOf({
  name,
  visitor,
  faults,
  nodesMax,
  property,
  moreProperties = [],
  race,
}: Race): ScenarioDefinition {
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
    properties: [property, ...moreProperties],
    variants: [{ id: 'race', risk: property.risk, expected: property.id, edits: [{ file: './system.ts', ...race }] }],
  });
}
