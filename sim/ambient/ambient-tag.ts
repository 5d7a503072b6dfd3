/** The tag of a timer that existing code starts by a global or a module of Node. */
import type { AmbientHost } from '../system/image.ts';
import type { WorkTag } from '../system/types.ts';

/**
 * Its owner is the connection that led to it, if there is one. Only a detailed run looks for the
 * place, because that takes longer than starting the timer.
 */
export function ambientTag(host: AmbientHost, label: string): WorkTag {
  const connection = host.connectionOfStep();
  const owner = connection === '' ? 'ambient' : connection;
  return host.detailed ? { label, owner, place: host.placeOfCaller() } : { label, owner };
}
