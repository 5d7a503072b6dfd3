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

export interface ScriptedOperation {
  readonly name: string;
  readonly arguments?: { readonly [name: string]: Json };
  /** Virtual time between the operation before it and this one. */
  readonly pauseMs: number;
}

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
