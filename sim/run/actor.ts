/**
 * Actors: the users of the system. A scenario defines kinds of actors; a plan has a number of
 * actors of each kind.
 *
 * An actor has one of two forms. The short form is an object of operations. The full form has the
 * key `operations` and any of `create`, `script`, `leave`, `countMax`, `optional`,
 * `concurrent` and `formerNames`.
 */
import type { ClientSocket, ConnectOptions } from '../network/client-socket.ts';
import type { ActorScript, LooseArguments, ScriptDraw, ScriptedOperation } from '../plan/script.ts';

/**
 * How an operation ended. `unknown`: it may or may not have taken effect. A detail of `ok` tells
 * properties what the actor has seen.
 */
export type Outcome = 'ok' | { readonly outcome: 'ok' | 'fail' | 'unknown'; readonly detail: string };

/** The result of an operation, which is an async function. Returning nothing means `ok`. */
export type OperationResult = Promise<Outcome | undefined | void>;

/**
 * The interface of an actor to the run. All functions work when destructured.
 *
 * A value that an operation draws by name becomes an argument of the operation: reports show it,
 * replays keep it, and shrinking moves it towards its minimum. Further draws by the same name
 * within one operation become `name#2`, `name#3`, … An argument of that name in the plan, if within
 * the range, takes precedence over the seed.
 */
export interface ActorContext<State = Record<string, unknown>> {
  /** `client-3` */
  readonly name: string;
  readonly number: number;
  readonly state: State;
  /** Names of all nodes, running or not. */
  readonly nodes: readonly string[];
  readonly nowMs: number;
  readonly wallMs: number;
  /** Uniform in [0, 1). Shrinks towards 0. */
  fraction(name: string): number;
  /** Uniform among the integers from `min` to `max`, both included. Shrinks towards `min`. */
  integer(name: string, min: number, max: number): number;
  /** One of the items, which must not be empty. Shrinks towards the first. */
  pick<Item>(name: string, items: readonly Item[]): Item;
  /**
   * Resolves with an open socket to the node; by default the seed chooses the node. Rejects with a
   * `ConnectionFailedError` if the node refuses or the network breaks. An operation that doesn't
   * catch it ends as `fail`.
   */
  connect(node?: string, options?: ConnectOptions): Promise<ClientSocket>;
  /** Like `connect`, with the node required. */
  dial(node: string, options?: ConnectOptions): Promise<ClientSocket>;
  sleep(ms: number): Promise<void>;
  /**
   * Stops reading from the client's current connections for `ms`. Data that arrives is kept.
   * Returns at once.
   */
  stopReading(ms: number): void;
  /** The value of the promise, or `timeout` after `ms`. */
  within<Value>(ms: number, promise: Promise<Value>): Promise<Value | 'timeout'>;
}

/** Declared as a method, so that operations may declare the arguments that their script passes. */
export type ActorOperation<State, Arguments = LooseArguments[string]> = {
  operation(context: ActorContext<State>, args: Arguments): OperationResult;
}['operation'];

/** The full form of an actor. */
export interface ActorDefinition<State = Record<string, unknown>, Arguments = LooseArguments> {
  /** Makes the state of one actor; an empty object by default. */
  readonly create?: (() => State) | undefined;
  readonly operations: { readonly [Name in keyof Arguments]: ActorOperation<State, Arguments[Name]> };
  /**
   * Plans at most `operationsMax` operations of one actor. Must be pure except for its draws. By
   * default, draws operations one after the other, with pauses.
   */
  readonly script?: ((draw: ScriptDraw, operationsMax: number) => readonly ScriptedOperation<Arguments>[]) | undefined;
  /**
   * Called when the run has settled: leaves the system as a well-behaved user does. By default,
   * closes the sockets that the actor opened.
   */
  readonly leave?: ((context: ActorContext<State>) => void) | undefined;
  /**
   * The most actors of this kind in a generated plan. Most plans have few. Only one seed in 1000
   * has more than 150: a crowd whose actors perform at most four operations each.
   */
  readonly countMax?: number | undefined;
  /**
   * Operations that a seed may leave out wholly or in part, because the others work without them.
   */
  readonly optional?: readonly (keyof Arguments & string)[] | undefined;
  /**
   * Operations that may begin while earlier operations of the same actor are under way. In part of
   * the seeds, some of them begin in the same turn as the operation before them, or shortly after
   * it. All others begin when all before them have ended.
   */
  readonly concurrent?: readonly (keyof Arguments & string)[] | undefined;
  /** Operations that were renamed, old name to new: replays saved before the rename still run. */
  readonly formerNames?: Readonly<Record<string, string>> | undefined;
}

/** The keys of the full form. The short form has none of them. */
export type ActorKey = keyof ActorDefinition;

/**
 * The short form of an actor: its operations, by name. They draw the values that they need, by
 * name.
 */
export type ActorOperations = {
  readonly [name: string]: ((context: ActorContext) => OperationResult) | undefined;
} & { readonly [Key in ActorKey]?: never };

/** An actor as the simulator uses it, with its defaults. */
export interface Actor extends ActorScript {
  readonly countMax: number;
  readonly operations: Readonly<Record<string, ActorOperation<unknown>>>;
  create(): unknown;
  /** Null: the sockets that the actor opened are closed. */
  readonly leave: ((context: ActorContext<unknown>) => void) | null;
}

/**
 * Returns the actor, with types inferred: the state from `create`, the arguments from the
 * declarations of the operations. `script` must pass these arguments.
 */
export function defineActor<State = Record<string, unknown>, Arguments = LooseArguments>(
  actor: ActorDefinition<State, Arguments>,
): ActorDefinition<State, Arguments> {
  return actor;
}
