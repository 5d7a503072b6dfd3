/**
 * Faults of Redis that end for a connection only when its client gives it up. They last beyond the
 * heal, so only scenarios that name them inject them: a client that notices nothing never recovers.
 *
 * Fault model. `redis-demoted` is a planned failover: a replica has received all writes, takes
 * over, and is reached under the same address. The former master follows it, and keeps its
 * connections except those with blocked commands. Both have the same data and settings; what the
 * new master receives arrives at the former one without delay.
 *
 * `redis-subscriber-deaf` is a connection that has lost its other end, for instance in a firewall
 * that has forgotten it: the server has dropped the connection, and neither the end of the stream
 * nor a reset has reached the client. TCP never tells an idle reader.
 */
import type { FaultKind } from './fault-kind.ts';

export const PERMANENT_FAULTS = [
  {
    kind: 'redis-demoted',
    isOnlyNamed: true,
    aims: 'redis',
    group: 'redis',
    durationMsMax: 0,
    effect:
      'A replica becomes the master, and the former master follows it. Open connections stay at the former master, ' +
      'which answers commands that write with READONLY until the client reconnects.',
    never: 'No write is lost, and reads are answered. Only connections with blocked commands are closed.',
    begin: (world, fault) => world.redis.demote(fault),
  },
  {
    kind: 'redis-subscriber-deaf',
    isOnlyNamed: true,
    aims: 'redis',
    group: 'redis',
    durationMsMax: 0,
    effect:
      "A node's subscribed connections lose their other end, and the node gets no error. " +
      'They receive nothing more, not even replies, until the client reconnects.',
    never: 'Connections without subscriptions, and later ones, are not touched.',
    begin: (world, fault) => {
      for (const session of world.redis.hitBy({ ...fault, connection: 'subscriber' })) {
        world.hit(fault, session.connection);
        world.redis.vanish(session);
      }
    },
  },
] as const satisfies readonly FaultKind[];
