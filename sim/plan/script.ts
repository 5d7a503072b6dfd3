/**
 * Scripts: what the actors of a kind do, as far as a plan needs to know.
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

/** Whether a script must give arguments: only when the operation declares some that are required. */
type GivenArguments<Arguments> = unknown extends Arguments
  ? { readonly arguments?: { readonly [name: string]: Json } | undefined }
  : Record<never, never> extends Arguments
    ? { readonly arguments?: Arguments | undefined }
    : { readonly arguments: Arguments };

/** An operation as a script plans it. `Arguments` are those that the actor's operations declare. */
export type ScriptedOperation<Arguments = LooseArguments> = {
  [Name in keyof Arguments & string]: {
    readonly name: Name;
    /** Virtual time between the start of the operation before it and the start of this one. */
    readonly pauseMs: number;
  } & GivenArguments<Arguments[Name]>;
}[keyof Arguments & string];

/** How actors of a kind behave, as far as a plan must know. */
export interface ActorScript {
  /** Names of operations that a seed may leave out, wholly or in part: those without which the rest still makes sense. */
  readonly optional?: readonly string[];
  /** Operations that were renamed, old name to new: replays saved before the rename still run. */
  readonly formerNames?: Readonly<Record<string, string>>;
  /** What its actors can do, by name. */
  readonly operations?: Readonly<Record<string, unknown>>;
  /** What one actor does, at most `operationsMax` operations. Pure but for its draws. */
  script(draw: ScriptDraw, operationsMax: number): readonly ScriptedOperation[];
}

export type Scripts = Readonly<Record<string, ActorScript>>;
