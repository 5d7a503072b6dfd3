/**
 * The simulated clock and globals of a node, as a place for the contract of clocks.
 */
import { FAULT_KINDS } from '../faults/catalogue.ts';
import type { Fault } from '../../kernel/fault.ts';
import type { SimNode } from '../../system/types.ts';
import { createGlobals, type GlobalName } from '../../ambient/globals.ts';
import type { AmbientNames, ClockPlace } from './clock-place.ts';
import type { Tools } from './run-world.ts';

export function simulatedClock(node: SimNode, tools: Tools): ClockPlace {
  const { world } = tools;
  const process = world.nodes.get(node.name)?.process;
  if (process === null || process === undefined) throw new Error('a clock belongs to a process');
  const globals = createGlobals(process, { watchTables: false, asyncContext: { used: false } });
  const simulated = (name: GlobalName): unknown => globals.get(name);
  const names = {
    ...globals.timers,
    queueMicrotask: simulated('queueMicrotask'),
    process: simulated('process'),
    Date: simulated('Date'),
    performance: simulated('performance'),
    AbortSignal: simulated('AbortSignal'),
  } as AmbientNames;
  let stalls = 0;
  return {
    clock: node.clock,
    names,
    stall: (ms, onArrival) => {
      stalls += 1;
      const kind = FAULT_KINDS.get('node-stall');
      const { nowMs: atMs } = tools;
      const fault: Fault = {
        id: `fault-${stalls}`,
        kind: 'node-stall',
        target: node.name,
        atMs,
        durationMs: ms,
        rate: 1,
      };
      kind?.begin(world, fault);
      world.kernel.schedule((ms * 1000) / 2, process, () => onArrival?.());
      tools.at(atMs + ms, () => kind?.end?.(world, fault, () => undefined));
    },
  };
}
