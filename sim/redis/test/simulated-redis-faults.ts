/**
 * The simulated Redis as a place for the contract of its faults, which are those that plans name.
 */
import type { Fault } from '../../kernel/fault.ts';
import { FAULT_KINDS } from '../../world/faults/catalogue.ts';
import type { SimNode, RedisClient } from '../../system/types.ts';
import { ready, type RedisFaultPlace, tell } from './redis-faults-place.ts';
import type { Tools } from '../../world/test/run-world.ts';

const FAULT_MS = 4000;

/** So often a command is struck until every error has been seen. */
const TRIES = 60;

/**
 * @param sufferer the node that faults of connections are aimed at; @param spared one that they are
 * not
 */
export function simulatedRedisFaults(sufferer: SimNode, spared: SimNode, tools: Tools): RedisFaultPlace {
  const { world } = tools;
  let faults = 0;
  const quiet = (redis: RedisClient): RedisClient => redis.on('error', () => undefined);
  const pause = (): Promise<void> => new Promise((resolve) => tools.at(tools.nowMs + 100, resolve));
  const befall: RedisFaultPlace['befall'] = (name) => {
    const kind = FAULT_KINDS.get(name);
    if (kind === undefined) throw new Error(`no fault ${name}`);
    faults += 1;
    const { nowMs: atMs } = tools;
    const fault: Fault = {
      id: `fault-${faults}`,
      kind: name,
      target: sufferer.name,
      atMs,
      durationMs: FAULT_MS,
      rate: 1,
    };
    kind.begin(world, fault);
    return Promise.resolve(() => Promise.resolve(kind.end?.(world, fault)));
  };
  const place: RedisFaultPlace = {
    client: (options) => quiet(sufferer.redis(options)),
    other: () => quiet(spared.redis()),
    befall,
    ways: () => ['as planned'],
    errorsOf: async (commands) => {
      const redis = await ready(place.client());
      const end = await befall('redis-error');
      const seen = commands.map(() => new Set<string>());
      for (let count = 0; count < TRIES; count += 1)
        for (const [index, [name, ...parameters]] of commands.entries())
          seen[index]?.add(await tell(redis.call(name, ...parameters)));
      await end();
      return seen;
    },
    name: (what) => what,
    pause,
  };
  return place;
}
