/** The simulated Redis as a target of the contract of faults. Faults are those of plans. */
import { expect } from 'vitest';
import type { Fault } from '../../kernel/fault.ts';
import type { Seed } from '../../kernel/seed.ts';
import type { AmbientHost } from '../../system/image.ts';
import { FAULT_KINDS } from '../../world/faults/catalogue.ts';
import type { SimNode, RedisClient } from '../../system/types.ts';
import { ready, type RedisFaultEntry, type RedisFaultTarget, tell } from './redis-fault-target.ts';
import type { CreateClient } from './redis-targets.ts';
import { runWorld, type Tools } from '../../world/test/run-world.ts';

const FAULT_MS = 4000;

/** Number of faults, each with one error: enough to see every error. */
const TRIES = 40;

/** A node, and how clients are created in its process. */
export interface FaultNode {
  readonly name: string;
  readonly create: CreateClient;
}

/** Runs an entry in a world of two nodes until it is over. Returns the outcome. */
export async function inFaultyWorld(
  act: RedisFaultEntry[1],
  seed: Seed,
  creatorIn: (node: SimNode, host: AmbientHost) => CreateClient | Promise<CreateClient>,
): Promise<unknown> {
  let result: Promise<unknown> = Promise.reject(new Error('never ran'));
  result.catch(() => undefined);
  const nodes: FaultNode[] = [];
  const start = async (node: SimNode, tools: Tools, host: AmbientHost) => {
    nodes.push({ name: node.name, create: await creatorIn(node, host) });
    const [faulty, healthy] = nodes;
    if (faulty !== undefined && healthy !== undefined) result = act(simulatedRedisFaults(faulty, healthy, tools));
    return {};
  };
  const run = await runWorld(start, () => undefined, { seed, nodes: 2 });
  expect(run.end).toEqual({ why: 'stopped' });
  return Promise.race([result, new Promise((resolve) => setImmediate(resolve, 'never settled'))]);
}

/** Faults of connections hit the clients of `faulty`, not those of `healthy`. */
export function simulatedRedisFaults(faulty: FaultNode, healthy: FaultNode, tools: Tools): RedisFaultTarget {
  const { world } = tools;
  let faults = 0;
  const quiet = (redis: RedisClient): RedisClient => redis.on('error', () => undefined);
  const pause = (): Promise<void> => new Promise((resolve) => tools.at(tools.nowMs + 100, resolve));
  const inject: RedisFaultTarget['inject'] = (name, { connection } = {}) => {
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
      ...(connection === undefined ? {} : { connection }),
    };
    kind.begin(world, fault);
    return Promise.resolve(() => {
      kind.end?.(world, fault, () => undefined);
      return Promise.resolve();
    });
  };
  const target: RedisFaultTarget = {
    client: (options = {}) => quiet(faulty.create(options)),
    other: () => quiet(healthy.create({})),
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
