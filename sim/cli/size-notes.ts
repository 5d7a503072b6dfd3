/**
 * Notes on `--clients` and `--nodes` that exceed the scenario's own limits. They are run anyway.
 */
import type { PlanSizes } from '../plan/arbitrary.ts';
import type { Scenario } from '../run/scenario.ts';

export function sizeNotes({ actors, nodesMax }: Scenario, { clients = 0, nodes = 0 }: PlanSizes): string[] {
  const exceeded = Object.entries(actors).filter(([, { countMax }]) => countMax < clients);
  const limits = exceeded.map(([kind, { countMax }]) => `${countMax} for ${kind}`).join(', ');
  return [
    ...(exceeded.length === 0 ? [] : [`--clients ${clients} exceeds the scenario's countMax: ${limits}`]),
    ...(nodes > nodesMax ? [`--nodes ${nodes} exceeds the scenario's nodesMax: ${nodesMax}`] : []),
  ];
}
