/** The members of a client of ioredis, against those of the simulated client. */
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { runWorld } from '../../world/test/run-world.ts';

/** Reports an escape by `way` if reading and calling the member does. */
const METHODS = ['monitor', 'silentEmit', 'setStatus', 'flushQueue', 'recoverFromFatalError'];

function namesOf(instance: object): string[] {
  const names = new Set<string>();
  for (let at: unknown = instance; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at as object))
    for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  return [...names].filter((name) => !name.startsWith('_')).sort();
}

const escapesIn = (run: Awaited<ReturnType<typeof runWorld>>): unknown[] =>
  run.records.flatMap((record) =>
    record.type === 'probe' && record.name === 'sim.escape' ? [record.fields['way']] : [],
  );

it('every public member of ioredis is simulated or refused by name, and no other exists', async () => {
  const real = namesOf(new Redis({ lazyConnect: true }));
  let simulated: object = {};
  await runWorld(
    (node) => {
      simulated = node.redis({ lazyConnect: true });
      return {};
    },
    () => undefined,
    { untilMs: 100 },
  );
  expect(real.filter((name) => !(name in simulated))).toEqual([]);
  expect(namesOf(simulated).filter((name) => !real.includes(name) && name !== 'stream')).toEqual([]);
});

it('calling, reading or setting a refused member is an escape, also when it is caught', async () => {
  const run = await runWorld(
    (node) => {
      const redis = node.redis({ lazyConnect: true }) as unknown as Record<string, unknown>;
      const attempt = (act: () => unknown): void => {
        try {
          act();
        } catch {
          // As code does that expects this to fail.
        }
      };
      for (const name of METHODS) attempt(() => (redis[name] as () => unknown)());
      attempt(() => redis['offlineQueue']);
      attempt(() => (redis['stream'] = null));
      return {};
    },
    () => undefined,
    { untilMs: 100 },
  );
  expect(escapesIn(run)).toEqual([
    ...METHODS.map((name) => `node.redis().${name}`),
    'the getter of node.redis().offlineQueue',
    'the setter of node.redis().stream',
  ]);
});
