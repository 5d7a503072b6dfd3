/**
 * Faults of Redis. See server.ts for the model of the server and its connections.
 */
import type { FaultKind } from '../fault.ts';

/** While open, commands are struck one by one, each by its own choice, as the server asks. */
function window(kind: string, model: string): FaultKind {
  return {
    kind,
    aims: 'redis',
    durationMsMax: 6000,
    model,
    begin: (world, fault) => world.faults.open(fault),
    end: (world, fault) => world.faults.close(fault),
  };
}

export const REDIS_FAULTS: readonly FaultKind[] = [
  window('redis-error', 'Commands are answered by LOADING or OOM and are not applied. The connection stays.'),
  window(
    'redis-request-lost',
    'A command is lost before it is applied, and its connection breaks. Later commands on it are lost as well.',
  ),
  window(
    'redis-reply-lost',
    'A command is applied, and its connection breaks before the reply arrives. The sender can not tell it from a lost one.',
  ),
  {
    kind: 'redis-away',
    aims: 'redis',
    durationMsMax: 8000,
    model:
      'All connections break and new ones are refused, then the server is back with its data. Nothing applied is forgotten.',
    begin: (world, fault) => {
      world.redis.goAway();
      world.hit(fault, 'redis');
    },
    end: (world) => world.redis.comeBack(),
  },
];
