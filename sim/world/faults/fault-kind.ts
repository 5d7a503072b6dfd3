/**
 * A kind of fault: it knows how to bring itself about in a world.
 *
 * Each kind stands beside the part that it breaks and says in prose what it does and what it never does. Only what the real thing can do is
 * injected.
 */
import type { Fault } from '../../kernel/fault.ts';
import type { World } from '../world.ts';

export const FAULT_GROUPS = ['network', 'redis', 'node', 'time', 'point'] as const;
export type FaultGroup = (typeof FAULT_GROUPS)[number];

export interface FaultKind<Name extends string = string> {
  readonly kind: Name;
  /** What its target names. */
  readonly aims: 'client' | 'node' | 'redis';
  /** What it breaks, whomever it aims at: a partition aims at a node and breaks the network. Profiles choose by it. */
  readonly group: FaultGroup;
  /** The longest it lasts; 0 for what happens in a moment. */
  readonly durationMsMax: number;
  /** Only where the scenario declares another version of its system. */
  readonly needsOtherVersion?: true;
  /** The model in one sentence: what happens, and what never does. */
  readonly model: string;
  begin(world: World, fault: Fault): void;
  /** Called at the fault's end, or at the heal. Absent for what happens in a moment. */
  end?(world: World, fault: Fault): void;
}
