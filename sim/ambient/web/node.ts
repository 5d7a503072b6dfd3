/** The globals of the web as processes of nodes have them. */
import type { Web } from './names.ts';

/**
 * Some versions of Node lack some of them, such as `WebSocket`. Here all processes have those that
 * any version has, so that runs are the same. `EventSource` needs a flag in every version.
 */
export function nodeWeb({ names, get }: Web): Web {
  return {
    names: names.filter((name) => name !== 'EventSource'),
    get: (name) => (name === 'EventSource' ? undefined : get(name)),
  };
}
