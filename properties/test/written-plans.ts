/**
 * Plans written by hand, or shrunk, for situations that random plans reach too rarely for a test.
 */
import { readFileSync } from 'node:fs';
import { parseReplay } from '../../sim/replay/parse.ts';
import type { Operation, Plan } from '../../sim/plan/plan.ts';
import { SHARED_USER } from '../support/tokens.ts';

/** The subscription of node-1 to Redis dies while no symbol has a reader. Then one subscribes. */
export const deadBeforeItsReader: Plan = parseReplay(
  readFileSync(new URL('../../replays/whole-broadcasts-ab1661.json', import.meta.url)),
).plan;

/**
 * client-1 stops reading while it closes, during a sweep. client-2 is connected and sends nothing.
 */
export const metWhileClosing: Plan = {
  seed: '0x1',
  nodes: 1,
  chaosMs: 12_000,
  cohorts: [],
  faults: [],
  operations: [
    operation('client-1', 'connect', 100),
    operation('client-1', 'authenticate', 1100),
    operation('client-1', 'vanish', 3900),
    operation('client-2', 'connect', 100),
    operation('client-2', 'authenticate', 1100),
  ],
};

/**
 * client-1 stops reading while two others comment on its symbol, with more than the 7 KiB that the
 * system's buffer and the gateway's hold. From then on only the newest price is queued for it. Then
 * it unsubscribes.
 */
export const tooMuchToRead: Plan = {
  seed: '0x1',
  nodes: 1,
  chaosMs: 12_000,
  circumstances: { sendBufferBytes: 5120 },
  cohorts: [],
  faults: [],
  operations: [
    ...['client-1', 'client-2', 'client-3'].flatMap((actor) => [
      operation(actor, 'connect', 100),
      operation(actor, 'authenticate', 1100),
    ]),
    operation('client-1', 'subscribe', 2000, { symbol: 'AAPL' }),
    operation('client-1', 'stopReading', 3000, { ms: 5000 }),
    operation('client-1', 'unsubscribe', 6000, { symbol: 'AAPL' }),
    ...['client-2', 'client-3'].flatMap((actor) =>
      Array.from({ length: 9 }, (_, index) => ({
        ...operation(actor, 'comment', 3000 + 10 * index, { symbol: 'AAPL', text: 'up '.repeat(160) }),
        id: `${actor}.comment.${index}`,
      })),
    ),
  ],
};

/** client-1 vanishes, and its node is not notified. */
export const goneWithoutAWord: Plan = {
  seed: '0x1',
  nodes: 1,
  chaosMs: 12_000,
  cohorts: [],
  faults: [{ id: 'fault-1', kind: 'half-open', target: 'client-1', atMs: 3000, durationMs: 0, rate: 1 }],
  operations: [operation('client-1', 'connect', 100), operation('client-1', 'authenticate', 1100)],
};

/** client-1 leaves in the usual way. */
export const cameAndWent: Plan = {
  seed: '0x1',
  nodes: 1,
  chaosMs: 12_000,
  cohorts: [],
  faults: [],
  operations: [
    operation('client-1', 'connect', 100),
    operation('client-1', 'authenticate', 1100),
    operation('client-1', 'disconnect', 2100),
  ],
};

/** The only node is stopped gracefully and restarted. */
export const deployed: Plan = {
  seed: '0x1',
  nodes: 1,
  chaosMs: 12_000,
  cohorts: [],
  faults: [{ id: 'fault-1', kind: 'deploy', target: 'node-1', atMs: 3000, durationMs: 9000, rate: 1 }],
  operations: [operation('client-1', 'connect', 100)],
};

/** The only node is stopped gracefully while five clients are connected. */
export const deployedWithClients: Plan = {
  ...deployed,
  faults: [{ id: 'fault-1', kind: 'deploy', target: 'node-1', atMs: 4000, durationMs: 8000, rate: 1 }],
  operations: clientsNamed(1, 5).flatMap((actor) => [
    operation(actor, 'connect', 100),
    operation(actor, 'authenticate', 1100),
  ]),
};

/** The same, while Redis does not reply, so that the rows of the clients are not written. */
export const deployedWithoutRedis: Plan = {
  ...deployedWithClients,
  faults: [
    { id: 'fault-1', kind: 'redis-stall', target: '*', atMs: 500, durationMs: 11_000, rate: 1 },
    ...deployedWithClients.faults.map((fault) => ({ ...fault, id: 'fault-2' })),
  ],
};

/**
 * Three clients connect to node-1 as one user, and three to node-2 later, which is three more than
 * the limit.
 */
export const teamAtTwoNodes: Plan = {
  seed: '0x1',
  nodes: 2,
  chaosMs: 12_000,
  minimal: true,
  cohorts: [],
  faults: [],
  operations: clientsNamed(1, 6).flatMap((actor, index) => {
    const [atMs, node] = index < 3 ? [500, 0.1] : [3600, 0.9];
    return [
      operation(actor, 'connect', atMs, { node, returns: 0.9 }),
      operation(actor, 'authenticate', atMs + 320 + index * 20, { token: SHARED_USER }),
    ];
  }),
};

/**
 * One user sends to three nodes in turn, as fast as each of them accepts, with nothing disturbed.
 */
export const rushAtThreeNodes: Plan = {
  seed: '0x1',
  nodes: 3,
  chaosMs: 20_000,
  cohorts: [],
  faults: [],
  operations: [
    operation('client-1', 'connect', 100),
    operation('client-1', 'authenticate', 1100),
    operation('client-1', 'spread', 2100),
    ...Array.from({ length: 20 }, (_, index) => ({
      ...operation('client-1', 'rush', 5500 + 600 * index),
      id: `client-1.rush.${index}`,
    })),
  ],
};

/**
 * node-1 runs the previous release and has clients. node-2 crashes and restarts with the current
 * release.
 */
export const besideTheReleaseBefore: Plan = {
  seed: '0x1',
  nodes: 2,
  chaosMs: 20_000,
  cohorts: [],
  faults: [
    { id: 'fault-1', kind: 'mixed-versions', target: 'node-1', atMs: 1000, durationMs: 18_000, rate: 0.5 },
    { id: 'fault-2', kind: 'node-crash', target: 'node-2', atMs: 6000, durationMs: 500, rate: 1 },
  ],
  operations: Array.from({ length: 6 }, (_, index) => `client-${index + 1}`).flatMap((actor) => [
    operation(actor, 'connect', 3500),
    operation(actor, 'authenticate', 4500),
  ]),
};

/** client-2 comments at node-2, 8 s after a fault of Redis, and client-1 reads it at node-1. */
export const commentAcrossNodesAfter = (kind: string): Plan => ({
  seed: '0x1',
  nodes: 2,
  chaosMs: 14_000,
  minimal: true,
  cohorts: [],
  faults: [{ id: 'fault-1', kind, target: '*', atMs: 2000, durationMs: 500, rate: 1 }],
  operations: [
    ...clientsNamed(1, 2).flatMap((actor, index) => [
      operation(actor, 'connect', 7000, { node: index === 0 ? 0.1 : 0.9, returns: 0.9 }),
      operation(actor, 'authenticate', 8000),
    ]),
    operation('client-1', 'subscribe', 9000, { symbol: 'AAPL' }),
    operation('client-2', 'comment', 10_500, { symbol: 'AAPL', text: 'up' }),
  ],
});

function clientsNamed(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => `client-${first + index}`);
}

function operation(
  actor: string,
  name: string,
  atMs: number,
  args: Operation['arguments'] = name === 'authenticate' ? { token: 'good' } : {},
): Operation {
  return { id: `${actor}.${name}`, actor, name, atMs, arguments: args };
}

/**
 * The history of a symbol ends while Redis is busy, after its last reader has left. node-3 of this
 * seed reads prices over Redis.
 */
export const leftWhileBusy: Plan = {
  seed: '0x16c',
  nodes: 3,
  chaosMs: 11_000,
  cohorts: [],
  operations: [
    { id: 'client-2.4', actor: 'client-2', name: 'connect', atMs: 1495, arguments: {} },
    { id: 'client-2.5', actor: 'client-2', name: 'authenticate', atMs: 1782, arguments: { token: 'good' } },
    { id: 'client-2.6', actor: 'client-2', name: 'subscribe', atMs: 2724, arguments: { symbol: 'AAPL' } },
    { id: 'client-2.7', actor: 'client-2', name: 'disconnect', atMs: 4391, arguments: {} },
  ],
  faults: [{ id: 'fault-2', kind: 'redis-error', target: '*', atMs: 8300, durationMs: 1500, rate: 1 }],
  minimal: true,
};
