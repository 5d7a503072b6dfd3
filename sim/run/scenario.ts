/**
 * A scenario: a system, its users, the faults to inject, and the properties that must hold.
 *
 * `ScenarioDefinition` is written by users and may leave out whatever has a default. `Scenario` is complete: everything
 * else in `sim` uses it. `completeScenario` makes one from the other.
 */
import type { OtherVersion, SourceEdit } from '../system/image.ts';
import type { Json } from '../system/types.ts';
import type { FaultName } from '../world/faults/catalogue.ts';
import type { Actor, ActorDefinition, ActorOperations } from './actor.ts';
import type { Property } from './property.ts';

/** A planted change of the system. `sim` knows variants; what they mean is the scenario's. */
export interface Variant {
  readonly id: string;
  readonly edits: readonly SourceEdit[];
  /** The risk it demonstrates, by the project's own name. */
  readonly risk?: string | undefined;
  /** The property that must find it, by id, or the verdict that it leads to: `crash` or `no-progress`. */
  readonly expected?: string | undefined;
}

export interface SystemDefinition {
  /** The module that exports `start`, relative to the scenario's file. */
  readonly entry: string;
  /** Packages whose module state a process would lose: evaluated for each process, with those that import them. */
  readonly statefulPackages?: readonly string[] | undefined;
  /**
   * The system's own modules keep no state, so that they are evaluated once for each worker instead of for each process,
   * which saves up to a third of a run. Runs that are repeated, replayed or detailed evaluate them for each process in
   * any case: a system that keeps state after all is reported as nondeterminism.
   */
  readonly stateless?: boolean | undefined;
  /** Another version of the system, such as the release before, for the fault `mixed-versions`. Its edits must fit. */
  readonly otherVersion?: OtherVersion | undefined;
}

export interface Span {
  readonly min: number;
  readonly max: number;
}

/** The parts of a scenario that do not depend on its types. All have a default, see scenario-defaults.ts. */
export interface ScenarioSettings {
  readonly name?: string | undefined;
  /** The most nodes of a plan. */
  readonly nodesMax?: number | undefined;
  /** The most operations of one actor. */
  readonly operationsMax?: number | undefined;
  /** Kinds of faults to inject. */
  readonly faults?: readonly FaultName[] | undefined;
  readonly faultsMax?: number | undefined;
  /** Virtual time in which operations and faults begin. */
  readonly chaosMs?: Span | undefined;
  /** Virtual time from the heal until everything must have settled. Longer than any lease plus sweep. */
  readonly settleMs?: number | undefined;
  /** Virtual time from the last actor's leaving to the end. */
  readonly leaveMs?: number | undefined;
  /** An operation that takes longer than this, counted from the heal, makes no progress. At most `settleMs`. */
  readonly operationMs?: number | undefined;
  readonly variants?: readonly Variant[] | undefined;
}

/** Either form of an actor, with any state and arguments: only its own functions touch them. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyActor = ActorDefinition<any, any> | ActorOperations;

/** A scenario as users write it. */
export interface ScenarioDefinition<Configuration = unknown> extends ScenarioSettings {
  /** The module that exports `start`, or more about the system. */
  readonly system: string | SystemDefinition;
  /** Plain JSON; each process of a node gets it as `node.configuration`, and checkers as `configuration`. */
  readonly configuration?: Configuration | undefined;
  readonly actors?: { readonly [kind: string]: AnyActor } | undefined;
  readonly properties?: readonly Property<Configuration>[] | undefined;
}

/** The same for inference: `States` has the state of each kind of actor, found from its `create`. */
export interface TypedScenario<Configuration, States> extends ScenarioSettings {
  readonly system: string | SystemDefinition;
  readonly configuration?: Configuration | undefined;
  readonly actors?: { readonly [Kind in keyof States]: ActorDefinition<States[Kind]> | ActorOperations } | undefined;
  readonly properties?: readonly Property<Configuration>[] | undefined;
}

/** A complete scenario. */
export interface Scenario {
  readonly name: string;
  readonly system: SystemDefinition;
  readonly configuration: Json;
  readonly nodesMax: number;
  readonly actors: Readonly<Record<string, Actor>>;
  readonly operationsMax: number;
  readonly faults: readonly FaultName[];
  readonly faultsMax: number;
  readonly chaosMs: Span;
  readonly settleMs: number;
  readonly leaveMs: number;
  readonly operationMs: number;
  readonly properties: readonly Property[];
  readonly variants: readonly Variant[];
}

/**
 * Returns the scenario, with its types inferred: the configuration from its value, the state of each actor from its
 * `create`. It is checked when it is loaded.
 */
export function defineScenario<Configuration = Record<string, never>, States = unknown>(
  scenario: TypedScenario<Configuration, States>,
): ScenarioDefinition<Configuration> {
  return scenario as ScenarioDefinition<Configuration>;
}

/**
 * The same with the type of the configuration given: `scenarioFor<GatewayConfiguration>()({ … })`. Checkers written
 * inside see it, those made by functions included.
 */
export function scenarioFor<Configuration>(): <States = unknown>(
  scenario: TypedScenario<Configuration, States>,
) => ScenarioDefinition<Configuration> {
  return (scenario) => scenario as ScenarioDefinition<Configuration>;
}
