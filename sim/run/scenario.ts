/**
 * A scenario: a system, who uses it, what may go wrong, and what must hold all the same.
 */
import type { WebSocket } from 'mock-socket';
import type { ActorScript } from '../plan/script.ts';
import type { Json } from '../system/types.ts';
import type { OtherVersion, SourceEdit } from '../system/image.ts';
import type { ConnectOptions } from '../network/network.ts';
import type { Property } from './property.ts';

/** What an operation came to. `unknown`: it may or may not have taken effect. */
export type Outcome = 'ok' | { readonly outcome: 'fail' | 'unknown'; readonly detail: string };

/** The client's end of a connection: a WebSocket as browsers have it. */
export type ClientSocket = WebSocket;

/** What an actor can do and see. */
export interface ActorContext<State> {
  /** `client-3` */
  readonly name: string;
  readonly number: number;
  readonly state: State;
  /** Names of all nodes, whether they live or not. */
  readonly nodes: readonly string[];
  readonly nowMs: number;
  readonly wallMs: number;
  /** Uniform in [0, 1), by the operation that runs. */
  fraction(label: string): number;
  /** Resolves with an open WebSocket, or rejects. */
  dial(node: string, options?: ConnectOptions): Promise<ClientSocket>;
  sleep(ms: number): Promise<void>;
  /** For so long the client reads nothing from the connections it has; what arrives meanwhile waits. Returns at once. */
  stopReading(ms: number): void;
  /** The promise's value, or `timeout` when it takes longer than `ms`. */
  within<Value>(ms: number, promise: Promise<Value>): Promise<Value | 'timeout'>;
}

export interface ActorDefinition<State = never> extends ActorScript {
  /**
   * The most actors of this kind in a generated plan. Mostly there are few, and more than 150 only in one seed of a thousand: in crowds, that do
   * up to four operations each.
   */
  readonly countMax: number;
  create(): State;
  readonly operations: Readonly<
    Record<string, (context: ActorContext<State>, args: { readonly [name: string]: Json }) => Promise<Outcome>>
  >;
  /** Called when the run has settled: leave the system as a well-behaved user does. */
  leave(context: ActorContext<State>): void;
}

/** A planted change of the system. `sim` knows variants; what they mean is the scenario's. */
export interface Variant {
  readonly id: string;
  readonly edits: readonly SourceEdit[];
  /** The risk it stands for, by the project's own name. */
  readonly risk?: string | undefined;
  /** Id of the property that is meant to find it, or the verdict of its own that it comes to: `crash`, `no-progress`. */
  readonly expected?: string | undefined;
}

export interface Scenario {
  readonly name: string;
  readonly system: {
    /** The module that exports `start`, relative to the scenario's file. */
    readonly entry: string;
    /** Packages whose module state a process would lose: evaluated anew for each process, with those that import them. */
    readonly statefulPackages?: readonly string[];
    /**
     * The system's own modules keep no state, so that they need not be evaluated anew for each process, which costs up to a third of a run. A run that
     * is repeated, replayed or looked at closely evaluates them anew all the same: what differs then is reported as nondeterminism.
     */
    readonly stateless?: boolean;
    /** Another version of the system, such as the release before, for the fault `mixed-versions`. Its edits must fit as a variant's must. */
    readonly otherVersion?: OtherVersion;
  };
  /** What every process of a node is given. */
  readonly configuration: Json;
  readonly nodesMax: number;
  // each actor has a state of its own type, which only its own functions touch.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly actors: Readonly<Record<string, ActorDefinition<any>>>;
  readonly operationsMax: number;
  /** Kinds of faults to inject; all that are possible when absent. */
  readonly faults?: readonly string[];
  readonly faultsMax: number;
  readonly chaosMs: { readonly min: number; readonly max: number };
  /** Virtual time from the heal to the moment at which everything must have settled. Longer than any lease plus sweep. */
  readonly settleMs: number;
  /** Virtual time from the last actor's leaving to the end. */
  readonly leaveMs: number;
  /** An operation that has begun has ended within this after the heal, or it makes no progress. At most `settleMs`. */
  readonly operationMs: number;
  readonly properties: readonly Property[];
  readonly variants: readonly Variant[];
}

/** Checks a scenario's relations and gives it back, typed. */
export function defineScenario(scenario: Scenario): Scenario {
  const wrong = wrongRelation(scenario);
  if (wrong === null) return scenario;
  const error = new Error(`scenario ${scenario.name}: ${wrong}`);
  // The stack begins in the file that wrote the scenario: that is the one to be named.
  Error.captureStackTrace(error, defineScenario);
  throw error;
}

function wrongRelation({ settleMs, operationMs, chaosMs, properties }: Scenario): string | null {
  if (operationMs > settleMs) return 'operationMs is above settleMs';
  if (chaosMs.min > chaosMs.max) return 'chaosMs.min is above chaosMs.max';
  const ids = properties.map((property) => property.id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) return `two properties are called ${twice}`;
  const marks = properties.flatMap((property) => property.marks ?? []);
  const again = marks.find((mark, index) => marks.indexOf(mark) !== index);
  return again === undefined ? null : `two properties have the mark ${again}`;
}
