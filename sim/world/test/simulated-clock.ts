/** The clock of a node, and the names that code in it finds, as a place for the contract of clocks. */
import { FAULT_KINDS } from '../faults/catalogue.ts';
import type { Fault } from '../../kernel/fault.ts';
import type { NodeFaces } from '../../system/types.ts';
import { createShadows, type ShadowName } from '../../ambient/globals.ts';
import type { AmbientNames, ClockPlace } from './clock-place.ts';
import type { Tools } from './run-world.ts';

export function simulatedClock(node: NodeFaces, tools: Tools): ClockPlace {
  const { world } = tools;
  const life = world.nodes.get(node.name)?.life;
  if (life === null || life === undefined) throw new Error('a clock belongs to a life');
  const shadows = createShadows(life, { watchTables: false, asyncContext: { used: false } });
  const shadow = (name: ShadowName): unknown => shadows.get(name);
  const names = {
    ...shadows.timers,
    queueMicrotask: shadow('queueMicrotask'),
    process: shadow('process'),
    Date: shadow('Date'),
    performance: shadow('performance'),
    AbortSignal: shadow('AbortSignal'),
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
      world.kernel.schedule((ms * 1000) / 2, life, () => onArrival?.());
      tools.at(atMs + ms, () => kind?.end?.(world, fault));
    },
  };
}
