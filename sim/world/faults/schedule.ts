/**
 * Puts a fault of a plan into a world: when it begins, and when it ends, at the heal at the latest.
 */
import type { Domain } from '../../kernel/heap.ts';
import type { Fault } from '../../kernel/fault.ts';
import { FAULT_KINDS } from './catalogue.ts';
import type { World } from '../world.ts';

const FAULTS: Domain = { name: 'faults', alive: true };

/** Throws when there is no such kind of fault, or none such of this system. One that would begin after the heal never does. */
export function scheduleFault(world: World, planned: Fault, healAtMs: number): void {
  const kind = FAULT_KINDS.get(planned.kind);
  if (kind === undefined)
    throw new Error(
      `${planned.id} has the unknown kind ${planned.kind}; there are: ${[...FAULT_KINDS.keys()].join(', ')}`,
    );
  if (kind.needsOtherVersion === true && !world.hasOtherVersion)
    throw new Error(`the system has no other version for the fault ${planned.kind}`);
  if (planned.atMs >= healAtMs) return;
  const { kernel, recorder } = world;
  const endAtMs = Math.min(healAtMs, planned.atMs + planned.durationMs);
  const fault: Fault = { ...planned, durationMs: endAtMs - planned.atMs };
  kernel.scheduleAt(Math.round(fault.atMs * 1000), FAULTS, () => {
    recorder.fault(fault.id, fault.kind, fault.target, 'begun');
    kind.begin(world, fault);
  });
  if (kind.end === undefined) return;
  kernel.scheduleAt(Math.round(endAtMs * 1000), FAULTS, () => {
    kind.end?.(world, fault);
    recorder.fault(fault.id, fault.kind, fault.target, 'ended');
  });
}
