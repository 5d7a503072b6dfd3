/**
 * Faults of Redis. See server.ts for the model of the server and its connections.
 */
import type { FaultKind } from './fault-kind.ts';
import { RESTART_FAULTS } from './redis-restarts.ts';

/** A silence that lasted longer ends in broken connections. They break at its end, not before. */
const GIVEN_UP_AFTER_MS = 4000;

/** While open, commands are struck one by one, each by its own choice, as the server asks. */
function window<Name extends string>(kind: Name, model: string): FaultKind<Name> {
  return {
    kind,
    aims: 'redis',
    group: 'redis',
    durationMsMax: 6000,
    model,
    begin: (world, fault) => world.faults.open(fault),
    end: (world, fault) => world.faults.close(fault),
  };
}

export const REDIS_FAULTS = [
  window(
    'redis-error',
    'Commands are answered by LOADING, OOM, READONLY, BUSY or NOAUTH and are not applied. The connection stays.',
  ),
  window(
    'redis-refused',
    'A command finds its connection not writable and fails at once, as do those after it, until the connection is seen to break. None of them leaves.',
  ),
  window(
    'redis-request-lost',
    'A command is lost before it is applied, and its connection breaks. Later commands on it are lost as well. No command is applied twice.',
  ),
  window(
    'redis-reply-lost',
    'A command is applied, and its connection breaks before the reply arrives. The sender can not tell it from a lost one.',
  ),
  window(
    'redis-slow-reply',
    "A command is applied, and its reply comes 1 to 4 s later, at the fault's end at the latest, with everything behind it on that connection. No reply is lost or overtaken.",
  ),
  {
    kind: 'redis-drop',
    aims: 'redis',
    group: 'redis',
    durationMsMax: 0,
    model:
      "A node's connections break, and what was in flight on them fails. Channels are subscribed to again only on the next connection; " +
      'what is published in between is missed. The server and its data are not touched.',
    begin: (world, fault) => {
      for (const session of world.redis.sessionsOf(fault.target)) {
        world.hit(fault, session.connection);
        world.redis.break(session);
      }
    },
  },
  window(
    'redis-message-lost',
    'Messages published meanwhile do not reach the node, and it is not told. Connections stay, and commands are answered.',
  ),
  {
    kind: 'redis-stall',
    aims: 'redis',
    group: 'redis',
    durationMsMax: 6000,
    model:
      "Nothing passes on a node's connections, either way, and nobody is told. Afterwards everything arrives in order; where it lasted for more than 4 s, the " +
      'connections break then instead. Nothing is applied twice.',
    begin: (world, fault) => world.faults.open(fault),
    end: (world, fault) => {
      world.faults.close(fault);
      if (fault.durationMs > GIVEN_UP_AFTER_MS)
        for (const session of world.redis.sessionsOf(fault.target)) world.redis.break(session);
      world.redis.endStall();
    },
  },
  ...RESTART_FAULTS,
  {
    kind: 'redis-down',
    aims: 'redis',
    group: 'redis',
    durationMsMax: 8000,
    model:
      'All connections break and new ones are refused, then the server is back with its data. Nothing applied is forgotten.',
    begin: (world, fault) => {
      world.redis.goDown();
      world.hit(fault, 'redis');
    },
    end: (world) => world.redis.comeUp(),
  },
] as const satisfies readonly FaultKind[];
