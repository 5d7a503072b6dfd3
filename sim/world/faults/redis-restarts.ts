/**
 * Restarts of the Redis server: the data with which it comes back.
 *
 * Fault model. The server comes back with its data, as after a restart with an append-only file; or
 * with none, as after a restart of a server that keeps nothing on disk. Or a replica takes over.
 * Replication is asynchronous, so the replica lacks the last moments: a write in them is lost
 * although it was acknowledged, and a key deleted in them exists again. Scripts are lost in each
 * case. A restart never keeps only some effects of a command: the data is always a state in which
 * the server has been.
 */
import { scopeOf } from '../../kernel/draws.ts';
import type { Domain } from '../../kernel/heap.ts';
import type { Fault } from '../../kernel/fault.ts';
import type { FaultKind } from './fault-kind.ts';
import type { World } from '../world.ts';

const REPLICATION: Domain = { name: 'replication', alive: true };

/** The longest time by which a replica that takes over lags behind. */
const BEHIND_MS_MAX = 2000;

interface RestartTexts<Name extends string> {
  readonly kind: Name;
  readonly effect: string;
  readonly never: string;
}

function restart<const Name extends string>(texts: RestartTexts<Name>, keepsData: boolean): FaultKind<Name> {
  return {
    ...texts,
    aims: 'redis',
    group: 'redis',
    durationMsMax: 3000,
    begin: (world, fault) => {
      world.redis.goDown(fault);
      world.restoreRedis(keepsData ? world.snapshotRedis() : []);
    },
    end: (world, fault) => world.redis.comeUp(fault),
  };
}

/**
 * The replica stops following when the fault begins, and takes over up to `BEHIND_MS_MAX` later.
 */
function beginFailover(world: World, fault: Fault): void {
  const behindMs = Math.min(BEHIND_MS_MAX, fault.durationMs / 2);
  const snapshot = world.snapshotRedis();
  const lagMs = behindMs * world.draws.fraction(scopeOf(fault.id, 'behind'), 0);
  world.kernel.schedule(lagMs * 1000, REPLICATION, () => {
    world.redis.goDown(fault);
    world.restoreRedis(snapshot);
  });
}

export const RESTART_FAULTS = [
  restart(
    {
      kind: 'redis-restart',
      effect: 'The server restarts with its data. All connections break, and new ones are refused until the end.',
      never: 'Nothing but scripts is lost.',
    },
    true,
  ),
  restart(
    {
      kind: 'redis-restart-empty',
      effect: 'The server restarts without its data. All connections break, and new ones are refused until the end.',
      never: 'The server does not restore any of its data.',
    },
    false,
  ),
  {
    kind: 'redis-failover',
    aims: 'redis',
    group: 'redis',
    durationMsMax: 4000,
    effect:
      'A replica takes over. All connections break, and new ones are refused until the end. ' +
      'Writes of the last moments, at most 2 s, are lost although they were acknowledged.',
    never: 'No older write is lost.',
    begin: beginFailover,
    end: (world, fault) => world.redis.comeUp(fault),
  },
] as const satisfies readonly FaultKind[];
