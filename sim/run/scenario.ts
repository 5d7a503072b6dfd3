/**
 * A scenario: a system, its users, the faults to inject, and the properties that must hold.
 *
 * Users write a `ScenarioDefinition`, which may leave out all keys with a default.
 * `completeScenario` makes a complete `Scenario` from it, which all other code in `sim` uses.
 */
import type { OtherVersion, SourceEdit } from '../system/image.ts';
import type { Environment, EnvironmentDraw } from '../system/process-state.ts';
import type { SmallSendBuffers } from '../plan/shape.ts';
import type { Json } from '../system/types.ts';
import type { FaultName } from '../world/faults/catalogue.ts';
import type { FaultSelector } from '../world/faults/selection.ts';
import type { Actor, ActorDefinition, ActorOperations } from './actor.ts';
import type { Property } from './property.ts';

/** A planted change of the system. The scenario defines its meaning. */
export interface Variant {
  readonly id: string;
  readonly edits: readonly SourceEdit[];
  /** The risk it demonstrates, by the project's own name. */
  readonly risk?: string | undefined;
  /**
   * The id of the property that must find it, or the verdict that it causes: `crash` or
   * `no-progress`.
   */
  readonly expected?: string | undefined;
}

export interface SystemDefinition {
  /** A module that exports `start`, or a main module, relative to the scenario's file. */
  readonly entry: string;
  /**
   * The export to call. By default `start` if the entry exports it. Otherwise the entry is a main
   * module, which each process runs as `node server.ts` does.
   */
  readonly start?: string | undefined;
  /**
   * Packages with module state, which are evaluated for each process, together with their
   * importers. Packages that are not named here are found when a repeated run differs.
   */
  readonly statefulPackages?: readonly string[] | undefined;
  /**
   * The system's own modules keep no state. They are then evaluated once for each worker instead of
   * each process, which saves up to a third of the time of a run. Repeated, replayed and detailed
   * runs always evaluate them for each process, so a system that does keep state is reported as
   * nondeterminism. Refused for a main module.
   */
  readonly stateless?: boolean | undefined;
  /**
   * Another version of the system, such as the previous release, for the fault `mixed-versions`.
   */
  readonly otherVersion?: OtherVersion | undefined;
  /**
   * Added to `process.env` of each process: variables, or a function that returns those of a node,
   * which may depend on the seed. They take precedence over `NODE_ENV`, `PORT`, `REDIS_URL`,
   * `HOSTNAME` and `NODE_NAME`, which a main module always has. The simulator writes no value into
   * a record or a report.
   */
  readonly env?: Environment | ((node: string, draw: EnvironmentDraw) => Environment) | undefined;
}

export interface Span {
  readonly min: number;
  readonly max: number;
}

/** In milliseconds, by kind of fault. */
export type FaultDurations = { readonly [Kind in FaultName]?: number | undefined };

/**
 * The settings that do not depend on the scenario's types. All have a default, see
 * scenario-defaults.ts.
 */
export interface ScenarioSettings {
  readonly name?: string | undefined;
  /** The most nodes of a plan. */
  readonly nodesMax?: number | undefined;
  /** The most operations of one actor. */
  readonly operationsMax?: number | undefined;
  /**
   * Faults to inject: kinds, groups (`network`, `redis`, `node`, `time`), and with a leading `-`
   * those to leave out.
   */
  readonly faults?: readonly FaultSelector[] | undefined;
  readonly faultsMax?: number | undefined;
  /** The longest duration of a kind, in milliseconds, which replaces the usual one. */
  readonly faultDurationMaxMs?: FaultDurations | undefined;
  /** Which seeds have a small send buffer of the operating system, and of what size. */
  readonly smallSendBuffers?: Partial<SmallSendBuffers> | undefined;
  /** Virtual time during which operations and faults begin. */
  readonly chaosMs?: Span | undefined;
  /**
   * Virtual time from the heal until the system must have settled. Longer than any lease plus
   * sweep.
   */
  readonly settleMs?: number | undefined;
  /** Virtual time from when the last actor leaves to the end. */
  readonly leaveMs?: number | undefined;
  /**
   * Time limit of an operation, counted from the heal at the earliest; a longer one gives
   * `no-progress`. At most `settleMs`.
   */
  readonly operationMs?: number | undefined;
  readonly variants?: readonly Variant[] | undefined;
}

/** Either form of an actor, with any state and arguments, which only its functions use. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyActor = ActorDefinition<any, any> | ActorOperations;

/** A scenario as users write it. */
export interface ScenarioDefinition<Configuration = unknown> extends ScenarioSettings {
  /** A module that exports `start`, a main module, or an object with more settings. */
  readonly system: string | SystemDefinition;
  /** JSON. Each process receives it as `node.configuration`, checkers as `configuration`. */
  readonly configuration?: Configuration | undefined;
  readonly actors?: { readonly [kind: string]: AnyActor } | undefined;
  readonly properties?: readonly Property<Configuration>[] | undefined;
}

/**
 * `ScenarioDefinition` for inference. `States` has the state of each kind of actor, from its
 * `create`.
 */
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
  /** The kinds that can have an effect on the system. Groups of faults consist of these. */
  readonly possibleFaults: readonly FaultName[];
  readonly faultsMax: number;
  readonly faultDurationMaxMs: FaultDurations;
  readonly smallSendBuffers: SmallSendBuffers;
  readonly chaosMs: Span;
  readonly settleMs: number;
  readonly leaveMs: number;
  readonly operationMs: number;
  readonly properties: readonly Property[];
  readonly variants: readonly Variant[];
}

/**
 * Returns the scenario, with types inferred: the configuration from its value, the state of each
 * actor from its `create`. Loading the scenario validates it.
 */
export function defineScenario<Configuration = Record<string, never>, States = unknown>(
  scenario: TypedScenario<Configuration, States>,
): ScenarioDefinition<Configuration> {
  return scenario as ScenarioDefinition<Configuration>;
}

/**
 * Like `defineScenario`, with an explicit type of the configuration:
 * `scenarioFor<GatewayConfiguration>()({ … })`. Checkers inside have that type, including those
 * that functions create.
 */
export function scenarioFor<Configuration>(): <States = unknown>(
  scenario: TypedScenario<Configuration, States>,
) => ScenarioDefinition<Configuration> {
  return (scenario) => scenario as ScenarioDefinition<Configuration>;
}
