/**
 * The room on both sides. Here: a whole simulated run with network, Redis, records, digest and a
 * checker that observes every frame. There: a fake socket and a fake Redis whose deliveries are
 * tasks of the fast-check scheduler, checked once at the end.
 */
import { EventEmitter } from 'node:events';
import fc from 'fast-check';
import { formatSeed } from '../sim/kernel/seed.ts';
import type { Property } from '../sim/run/property.ts';
import { executeRun, type RunResources } from '../sim/run/execute-run.ts';
import { defineActor } from '../sim/run/actor.ts';
import { completeScenario } from '../sim/run/complete-scenario.ts';
import type { ServerSocket } from '../sim/system/web-socket-types.ts';
import type { SystemImage } from '../sim/system/image.ts';
import { openRoom, Visitor, type VisitorSocket } from './room.ts';

const VISITORS = 10;
const MOST_MS = 600_000;

const visitor = defineActor<{ visitor: Visitor | null }>({
  countMax: VISITORS,
  script: () => [],
  create: () => ({ visitor: null }),
  operations: {
    enter: async ({ state, dial }) => {
      state.visitor = new Visitor((await dial('node-1')) as unknown as VisitorSocket);
      return 'ok';
    },
    post: async ({ state }, { text }) => {
      await state.visitor?.post(String(text));
      return 'ok';
    },
  },
  leave: () => undefined,
});

const sameForAll: Property = {
  id: 'same-for-all',
  description: 'All visitors receive the same posts, each once.',
  risk: 'bench',
  kind: 'always',
  checker: ({ check }) => {
    const heard = new Map<string, Set<string>>();
    let delivered = 0;
    return {
      observe: (record) => {
        if (record.type !== 'frame' || record.direction !== 'down' || record.kind !== 'text') return;
        if (record.phase !== 'delivered') return;
        const own = heard.get(record.client) ?? new Set();
        heard.set(record.client, own);
        check(!own.has(record.text), () => ({
          subject: record.client,
          text: `${record.client} received a post twice`,
        }));
        own.add(record.text);
        delivered += 1;
      },
      end: () => {
        const [first] = heard.values();
        check(delivered === VISITORS * (first?.size ?? 0), () => ({
          subject: 'room',
          text: 'a visitor missed a post',
        }));
      },
    };
  },
};

const scenario = completeScenario(
  {
    name: 'room',
    system: { entry: 'room.ts' },
    configuration: {},
    nodesMax: 1,
    actors: { visitor },
    operationsMax: 1,
    faultsMax: 0,
    chaosMs: { min: MOST_MS, max: MOST_MS },
    settleMs: 10_000,
    leaveMs: 1000,
    operationMs: 10_000,
    properties: [sameForAll],
    variants: [],
  },
  'room.ts',
);

const image: SystemImage = { codeHash: 'room', instantiate: () => ({ kind: 'start', start: openRoom }) };

/** Returns deliveries to visitors per second. */
export async function roomHere(posts: number, runs: number, resources: RunResources): Promise<number> {
  const actors = Array.from({ length: VISITORS }, (_, index) => `visitor-${index + 1}`);
  const operations = actors.flatMap((actor) => [
    { id: `${actor}.1`, actor, name: 'enter', atMs: 0, arguments: {} },
    ...Array.from({ length: posts }, (_, index) => ({
      id: `${actor}.${index + 2}`,
      actor,
      name: 'post',
      atMs: 1000,
      arguments: { text: `${actor} ${index}` },
    })),
  ]);
  const beganAtMs = performance.now();
  for (let number = 0; number < runs; number += 1) {
    const seed = formatSeed(BigInt(number));
    const plan = { seed, nodes: 1, chaosMs: MOST_MS, cohorts: [], operations, faults: [] };
    const { failure } = await executeRun(scenario, image, plan, resources);
    if (failure !== null) throw new Error(failure.text);
  }
  return deliveriesPerSecond(posts, runs, performance.now() - beganAtMs);
}

export async function roomThere(posts: number, runs: number): Promise<number> {
  const beganAtMs = performance.now();
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      let accept: (socket: ServerSocket) => void = () => undefined;
      openRoom({
        listen: (onConnection) => (accept = onConnection),
        redis: () => ({ set: () => scheduler.schedule(Promise.resolve('OK'), 'redis set') }),
      });
      const visitors = Array.from({ length: VISITORS }, () => {
        const [client, server] = fakeConnection(scheduler);
        accept(server);
        return new Visitor(client);
      });
      const visits = visitors.map(async (own, number) => {
        for (let count = 0; count < posts; count += 1) await own.post(`visitor-${number} ${count}`);
      });
      // `waitAll` alone would stop before a visitor posts, when nothing is scheduled yet.
      await scheduler.waitFor(Promise.all(visits));
      await scheduler.waitAll();
      for (const { heard } of visitors) if (heard !== VISITORS * posts) throw new Error('a visitor missed a post');
    }),
    { numRuns: runs, seed: 1, endOnFailure: true },
  );
  return deliveriesPerSecond(posts, runs, performance.now() - beganAtMs);
}

function deliveriesPerSecond(posts: number, runs: number, tookMs: number): number {
  return (VISITORS * VISITORS * posts * runs * 1000) / tookMs;
}

/**
 * Both ends of a connection. The scheduler decides when a frame arrives; frames keep their order.
 */
function fakeConnection(scheduler: fc.Scheduler): [VisitorSocket, ServerSocket] {
  const up: string[] = [];
  const down: string[] = [];
  const client: VisitorSocket = {
    onmessage: null,
    send: (text) => {
      up.push(text);
      void scheduler
        .schedule(Promise.resolve(), 'up')
        .then(() => server.emit('message', Buffer.from(up.shift() ?? '')));
    },
  };
  const send = (text: string): void => {
    down.push(text);
    void scheduler.schedule(Promise.resolve(), 'down').then(() => client.onmessage?.({ data: down.shift() }));
  };
  const server = Object.assign(new EventEmitter(), { send }) as unknown as ServerSocket;
  return [client, server];
}
