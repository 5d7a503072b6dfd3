/**
 * Scripts: the operations of each kind of actor, as far as plans need them.
 */
import type { Json } from '../system/types.ts';

/** Choices of a script, by name. */
export interface ScriptDraw {
  /** Uniform in [0, 1). */
  fraction(name: string): number;
  /** Uniform among the integers from `min` to `max`, both included. */
  integer(name: string, min: number, max: number): number;
  pick<Item>(name: string, items: readonly Item[]): Item;
}

/** The arguments of each operation, by the operation's name. */
export interface LooseArguments {
  readonly [operation: string]: { readonly [name: string]: Json };
}

/** A script must give arguments only if the operation declares required ones. */
type GivenArguments<Arguments> = unknown extends Arguments
  ? { readonly arguments?: { readonly [name: string]: Json } | undefined }
  : Record<never, never> extends Arguments
    ? { readonly arguments?: Arguments | undefined }
    : { readonly arguments: Arguments };

/** An operation in a script. `Arguments`: the arguments that the actor's operations declare. */
export type ScriptedOperation<Arguments = LooseArguments> = {
  [Name in keyof Arguments & string]: {
    readonly name: Name;
    /** Virtual time from the start of the previous operation to the start of this one. */
    readonly pauseMs: number;
  } & GivenArguments<Arguments[Name]>;
}[keyof Arguments & string];

/** The behaviour of one kind of actor, as far as plans need it. */
export interface ActorScript {
  /**
   * Operations that a seed may leave out wholly or in part, because the others work without them.
   */
  readonly optional?: readonly string[];
  /** Operations that may begin while earlier operations of the same actor are under way. */
  readonly concurrent?: readonly string[];
  /** Operations that were renamed, old name to new: replays saved before the rename still run. */
  readonly formerNames?: Readonly<Record<string, string>>;
  /** The operations of the actors, by name. */
  readonly operations?: Readonly<Record<string, unknown>>;
  /** Returns at most `operationsMax` operations of one actor. Must be pure except for its draws. */
  script(draw: ScriptDraw, operationsMax: number): readonly ScriptedOperation[];
}

export type Scripts = Readonly<Record<string, ActorScript>>;
