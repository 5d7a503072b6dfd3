/**
 * What the server comes back with, when it comes back.
 *
 * Fault model. With its data, as after a restart that kept its append-only file. Without any, as after a restart of a server that keeps
 * nothing on disk. Or as a replica that has taken over: replication is asynchronous, so that what was written in the last moments
 * is forgotten although it was acknowledged, and what was deleted in them is there again. Scripts are gone in every case. It
 * never forgets some of two writes' effects: the state is always one that the server was in.
 */
import { scopeOf } from '../../kernel/draws.ts';
import type { Domain } from '../../kernel/heap.ts';
import type { Fault } from '../../kernel/fault.ts';
import type { FaultKind } from './fault-kind.ts';
import type { World } from '../world.ts';

const REPLICATION: Domain = { name: 'replication', alive: true };

/** A replica that takes over is at most so far behind. */
const BEHIND_MS_MAX = 2000;

function restart<Name extends string>(kind: Name, keeps: boolean, model: string): FaultKind<Name> {
  return {
    kind,
    aims: 'redis',
    group: 'redis',
    durationMsMax: 3000,
    model,
    begin: (world, fault) => {
      world.hit(fault, 'redis');
      world.redis.goDown();
      world.restoreRedis(keeps ? world.snapshotRedis() : []);
    },
    end: (world) => world.redis.comeUp(),
  };
}

/** The replica stops following when the fault begins, and takes over soon afterwards. */
function beginFailover(world: World, fault: Fault): void {
  const behindMs = Math.min(BEHIND_MS_MAX, fault.durationMs / 2);
  const snapshot = world.snapshotRedis();
  const lagMs = behindMs * world.draws.fraction(scopeOf(fault.id, 'behind'), 0);
  world.kernel.schedule(lagMs * 1000, REPLICATION, () => {
    world.hit(fault, 'redis');
    world.redis.goDown();
    world.restoreRedis(snapshot);
  });
}

export const RESTART_FAULTS = [
  restart(
    'redis-restart',
    true,
    'The server restarts: all connections break, new ones are refused, and it is back with its data. It forgets nothing but scripts.',
  ),
  restart(
    'redis-restart-empty',
    false,
    'The server restarts: all connections break, new ones are refused, and it is back without its data. Nothing of it returns by itself.',
  ),
  {
    kind: 'redis-failover',
    aims: 'redis',
    group: 'redis',
    durationMsMax: 4000,
    model:
      'A replica takes over: all connections break, new ones are refused until the end, and what was written in the last moments, 2 s at most, is ' +
      'forgotten although it was acknowledged. What was written before is never forgotten.',
    begin: beginFailover,
    end: (world) => world.redis.comeUp(),
  },
] as const satisfies readonly FaultKind[];
