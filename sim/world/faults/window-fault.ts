/** Faults that only change conditions for a while. */
import type { FaultDescription, FaultKind } from './fault-kind.ts';

/**
 * A fault that is open from its begin to its end. The parts it concerns look it up in
 * `ActiveFaults` for each frame, command or timer, and report what they hit.
 */
export function windowFault<const Name extends string>(description: FaultDescription<Name>): FaultKind<Name> {
  return {
    ...description,
    begin: (world, fault) => world.faults.open(fault),
    end: (world, fault) => world.faults.close(fault),
  };
}
