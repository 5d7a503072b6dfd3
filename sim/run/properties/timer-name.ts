/** How a finding names a timer. */
import type { OpenTimer } from '../../world/process-timer.ts';

/** In the name of a timer that fires once. */
export const DUE = ', due at ';

/** `tick of connection-1 since 15.80 s, due at 45.80 s`, `setInterval of connection-1` */
export function nameOfTimer({ label, owner, startedAtMs, dueAtMs }: OpenTimer): string {
  const name = owner === 'ambient' ? label : `${label} of ${owner}`;
  // An interval starts anew each time.
  return isInterval({ label }) ? name : `${name} since ${seconds(startedAtMs)}${DUE}${seconds(dueAtMs)}`;
}

export function isInterval({ label }: Pick<OpenTimer, 'label'>): boolean {
  return label === 'setInterval';
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
