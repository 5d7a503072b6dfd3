/**
 * A kind of fault: what it does to a world, and what it never does.
 *
 * Only what can happen to the real thing is injected. The code that carries a fault out is beside
 * the part that it breaks; the kinds here begin and end it.
 */
import type { Fault } from '../../kernel/fault.ts';
import type { World } from '../world.ts';

export const FAULT_GROUPS = ['network', 'redis', 'node', 'time', 'point'] as const;
export type FaultGroup = (typeof FAULT_GROUPS)[number];

export interface FaultDescription<Name extends string = string> {
  readonly kind: Name;
  /** What its target names. */
  readonly aims: 'client' | 'node' | 'redis';
  /** What it breaks: a partition aims at a node and breaks the network. Profiles choose by it. */
  readonly group: FaultGroup;
  /** The longest it lasts, in milliseconds of virtual time; 0 for a momentary fault. */
  readonly durationMsMax: number;
  /** Only for scenarios that declare another version of their system. */
  readonly needsOtherVersion?: true;
  /** Only for systems that open their own port: it hits the bytes of TCP, below whole frames. */
  readonly needsPort?: true;
  /**
   * Only for scenarios that name it: its effect lasts until a client reconnects, which clients with
   * default options never do.
   */
  readonly isOnlyNamed?: true;
  /** A plan may limit it to the subscribed connections of its target, or to the others. */
  readonly hitsConnections?: true;
  /** What happens. Shown in docs/faults.md, as is `never`. */
  readonly effect: string;
  /** What never happens, so that a finding can't be an artefact of the simulation. */
  readonly never: string;
}

export interface FaultKind<Name extends string = string> extends FaultDescription<Name> {
  begin(world: World, fault: Fault): void;
  /**
   * Called at the end of the fault, or when chaos ends. Absent for a momentary fault. A fault that
   * takes longer to end returns `continues`, and calls `over` once it has ended.
   */
  end?(world: World, fault: Fault, over: () => void): void | 'continues';
}
