/** How a finding names a timer. */
import type { OpenTimer } from '../../world/process-timer.ts';

export const INTERVAL = 'setInterval';

/** In the name of a timer that fires once. */
export const DUE = ', due at ';

/** `tick of connection-1 since 15.80 s, due at 45.80 s`, `setInterval since 15.80 s` */
export function nameOfTimer({ label, owner, startedAtMs, dueAtMs }: OpenTimer): string {
  const name = owner === 'ambient' ? label : `${label} of ${owner}`;
  const due = label === INTERVAL ? '' : `${DUE}${seconds(dueAtMs)}`;
  return `${name} since ${seconds(startedAtMs)}${due}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
