/** Sizes that were asked for and go beyond what the scenario says of itself. They are run all the same: whoever asks for a crowd wants one. */
import type { PlanSizes } from '../plan/arbitrary.ts';
import type { Scenario } from '../run/scenario.ts';

export function sizeNotes({ actors, nodesMax }: Scenario, { clients = 0, nodes = 0 }: PlanSizes): string[] {
  const fewer = Object.entries(actors).filter(([, { countMax }]) => countMax < clients);
  const most = fewer.map(([kind, { countMax }]) => `${countMax} for ${kind}`).join(', ');
  return [
    ...(fewer.length === 0 ? [] : [`--clients ${clients} is more than the scenario's countMax: ${most}`]),
    ...(nodes > nodesMax ? [`--nodes ${nodes} is more than the scenario's nodesMax: ${nodesMax}`] : []),
  ];
}
