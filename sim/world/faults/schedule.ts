/**
 * Puts a fault of a plan into a world. It ends at its end or at the heal, whichever comes first; a
 * deployment afterwards restarts the nodes that it was stopping.
 */
import type { Domain } from '../../kernel/heap.ts';
import type { Fault } from '../../kernel/fault.ts';
import { FAULT_KINDS } from './catalogue.ts';
import type { World } from '../world.ts';

const FAULTS: Domain = { name: 'faults', alive: true };

/**
 * Schedules the begin and the end of a fault. A fault that would begin after the heal is left out.
 * Throws for an unknown kind, and for one that needs another version where the system has none.
 */
export function scheduleFault(world: World, planned: Fault, healAtMs: number): void {
  const kind = FAULT_KINDS.get(planned.kind);
  if (kind === undefined)
    throw new Error(
      `${planned.id}: unknown fault ${planned.kind} (expected one of: ${[...FAULT_KINDS.keys()].join(', ')})`,
    );
  if (kind.needsOtherVersion === true && !world.hasOtherVersion)
    throw new Error(`${planned.id}: the fault ${planned.kind} needs another version, and the scenario declares none`);
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
    const over = (): void => {
      world.endingFaults.delete(fault);
      recorder.fault(fault.id, fault.kind, fault.target, 'ended');
    };
    world.endingFaults.add(fault);
    if (kind.end?.(world, fault, over) !== 'continues') over();
  });
}
