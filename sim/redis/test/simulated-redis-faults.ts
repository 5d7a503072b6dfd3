/** The simulated Redis as a target of the contract of faults. Faults are those of plans. */
import type { Fault } from '../../kernel/fault.ts';
import { FAULT_KINDS } from '../../world/faults/catalogue.ts';
import type { SimNode, RedisClient } from '../../system/types.ts';
import { ready, type RedisFaultTarget, tell } from './redis-fault-target.ts';
import type { Tools } from '../../world/test/run-world.ts';

const FAULT_MS = 4000;

/** Number of faults, each with one error: enough to see every error. */
const TRIES = 40;

/** Faults of connections hit the clients of `faulty`, not those of `healthy`. */
export function simulatedRedisFaults(faulty: SimNode, healthy: SimNode, tools: Tools): RedisFaultTarget {
  const { world } = tools;
  let faults = 0;
  const quiet = (redis: RedisClient): RedisClient => redis.on('error', () => undefined);
  const pause = (): Promise<void> => new Promise((resolve) => tools.at(tools.nowMs + 100, resolve));
  const inject: RedisFaultTarget['inject'] = (name) => {
    const kind = FAULT_KINDS.get(name);
    if (kind === undefined) throw new Error(`unknown fault ${name}`);
    faults += 1;
    const { nowMs: atMs } = tools;
    const fault: Fault = {
      id: `fault-${faults}`,
      kind: name,
      target: faulty.name,
      atMs,
      durationMs: FAULT_MS,
      rate: 1,
    };
    kind.begin(world, fault);
    return Promise.resolve(() => {
      kind.end?.(world, fault, () => undefined);
      return Promise.resolve();
    });
  };
  const target: RedisFaultTarget = {
    client: (options) => quiet(faulty.redis(options)),
    other: () => quiet(healthy.redis()),
    inject,
    ways: () => ['as planned'],
    errorsOf: async (commands) => {
      const redis = await ready(target.client());
      const errors = commands.map(() => new Set<string>());
      for (let count = 0; count < TRIES; count += 1) {
        const end = await inject('redis-error');
        for (const [index, [name, ...parameters]] of commands.entries()) {
          const answer = await tell(redis.call(name, ...parameters));
          if (answer.startsWith('ReplyError')) errors[index]?.add(answer);
        }
        await end();
      }
      return errors;
    },
    name: (what) => what,
    pause,
  };
  return target;
}
