/**
 * Faults of Redis. The models are in redis/transport: transport.ts for commands and connections,
 * reply-path.ts for late replies and lost messages, connection-stall.ts for stalls. See
 * redis-restarts.ts for the data with which a server comes back, and redis-permanent.ts for what
 * lasts until a client reconnects.
 */
import type { FaultKind } from './fault-kind.ts';
import { PERMANENT_FAULTS } from './redis-permanent.ts';
import { RESTART_FAULTS } from './redis-restarts.ts';
import { windowFault } from './window-fault.ts';

/** Connections survive a stall of this length. After a longer one they break, when it ends. */
const SURVIVED_STALL_MS_MAX = 4000;

/** Longer than ioredis' patience: by default a command fails after 20 attempts, or 10.5 s. */
const DOWN_MS_MAX = 15_000;

/** A fault that is open for a while, and that strikes single commands or messages. */
const STRIKING = { aims: 'redis', group: 'redis', durationMsMax: 6000 } as const;

export const REDIS_FAULTS = [
  windowFault({
    ...STRIKING,
    kind: 'redis-error',
    effect: 'Redis answers commands with one of LOADING, OOM, READONLY and BUSY, and does not apply them.',
    never: 'The connection does not break.',
  }),
  windowFault({
    ...STRIKING,
    kind: 'redis-refused',
    hitsConnections: true,
    effect:
      'A command finds its connection not writable and fails at once. ' +
      'So do the commands after it, until the client notices that the connection has broken.',
    never: 'None of these commands reaches Redis.',
  }),
  windowFault({
    ...STRIKING,
    kind: 'redis-request-lost',
    hitsConnections: true,
    effect:
      'A command is lost before Redis applies it, and its connection breaks. ' +
      'Later commands on that connection are lost too.',
    never: 'No command is applied twice.',
  }),
  windowFault({
    ...STRIKING,
    kind: 'redis-reply-lost',
    hitsConnections: true,
    effect: 'Redis applies a command, and the connection breaks before the reply arrives.',
    never: 'The client cannot distinguish the lost reply from a lost command.',
  }),
  windowFault({
    ...STRIKING,
    kind: 'redis-slow-reply',
    hitsConnections: true,
    effect:
      'Redis applies a command, and its reply arrives 1 to 4 s later, or at the end of the fault if that is earlier. ' +
      'Everything behind it on that connection waits too.',
    never: 'No reply is lost or reordered.',
  }),
  {
    kind: 'redis-drop',
    hitsConnections: true,
    aims: 'redis',
    group: 'redis',
    durationMsMax: 0,
    effect:
      "A node's Redis connections break, and commands in flight fail. " +
      'A subscriber misses what is published until it has subscribed again on its next connection.',
    never: 'The server and its data are not touched.',
    begin: (world, fault) => {
      for (const session of world.redis.hitBy(fault)) {
        world.hit(fault, session.connection);
        world.redis.break(session);
      }
    },
  },
  windowFault({
    ...STRIKING,
    kind: 'redis-message-lost',
    effect: 'Messages that are published during the fault do not reach the node, which gets no error.',
    never: 'No connection breaks, and every command is answered.',
  }),
  {
    kind: 'redis-stall',
    hitsConnections: true,
    aims: 'redis',
    group: 'redis',
    durationMsMax: 6000,
    effect:
      "Nothing passes on a node's Redis connections, in either direction, and neither end gets an error. " +
      'At its end everything arrives in order; after more than 4 s, the connections break instead.',
    never: 'No command is applied twice.',
    begin: (world, fault) => world.faults.open(fault),
    end: (world, fault) => {
      world.faults.close(fault);
      if (fault.durationMs > SURVIVED_STALL_MS_MAX)
        for (const session of world.redis.hitBy(fault)) world.redis.break(session);
      world.redis.endStall();
    },
  },
  ...RESTART_FAULTS,
  {
    kind: 'redis-down',
    aims: 'redis',
    group: 'redis',
    durationMsMax: DOWN_MS_MAX,
    effect: 'All connections break, and new ones are refused until the server is back with its data.',
    never: 'Nothing that was applied is lost.',
    begin: (world, fault) => world.redis.goDown(fault),
    end: (world, fault) => world.redis.comeUp(fault),
  },
  ...PERMANENT_FAULTS,
] as const satisfies readonly FaultKind[];
