/**
 * A small system and its scenario for tests of runs: a board in Redis on which clients put notices.
 * Every connection has an id, a lease and a timer, and every notice is answered. Each `Flaw` makes
 * it fail in one way.
 */
import type { Plan } from '../../plan/plan.ts';
import type { SimNode, RunningSystem, StartSystem } from '../../system/types.ts';
import type { AmbientHost, SystemImage } from '../../system/image.ts';
import type { Checker, Property } from '../property.ts';
import { type RunOptions, executeRun, RunResources } from '../execute-run.ts';
import type { RunResult } from '../run-result.ts';
import type { ClientSocket } from '../../network/client-socket.ts';
import { defineActor } from '../actor.ts';
import { completeActor, completeScenario } from '../complete-scenario.ts';
import type { Scenario } from '../scenario.ts';

export type Flaw = (node: SimNode, host: AmbientHost) => RunningSystem | void;

interface UserState {
  socket: ClientSocket | null;
  answer: ((text: string) => void) | null;
}

export const user = completeActor(
  defineActor<UserState>({
    countMax: 40,
    script: (draw, operationsMax) => [
      { name: 'join', pauseMs: 1 },
      ...Array.from({ length: draw.integer('notices', 0, operationsMax) }, (_, index) => ({
        name: 'put',
        arguments: { text: draw.pick('text', ['red', 'green', 'blue']), index },
        pauseMs: draw.integer('pause', 1, 300),
      })),
    ],
    create: () => ({ socket: null, answer: null }),
    operations: {
      join: async ({ state, dial, nodes, fraction }) => {
        const socket = await dial(nodes[Math.floor(fraction('node') * nodes.length)] ?? '').catch(() => null);
        if (socket === null) return { outcome: 'fail', detail: 'refused' };
        state.socket = socket;
        socket.onmessage = (event) => state.answer?.(String(event.data));
        socket.onclose = () => (state.socket = null);
        return 'ok';
      },
      put: async ({ state, within }, { text }) => {
        if (state.socket === null) return { outcome: 'fail', detail: 'not joined' };
        state.socket.send(String(text));
        const answer = new Promise<string>((resolve) => (state.answer = resolve));
        const came = await within(3000, answer);
        return came === 'timeout' ? { outcome: 'unknown', detail: 'no answer' } : 'ok';
      },
    },
    leave: ({ state }) => state.socket?.close(),
  }),
);

const board =
  (flaw: Flaw | null, host: AmbientHost): StartSystem =>
  (node) => {
    const redis = node.redis({ commandTimeout: 1000 });
    const flawed = flaw?.(node, host);
    if (flawed !== undefined) return flawed;
    node.listen((socket) => {
      const id = node.entropy.id('connection');
      const owner = { label: 'lease', owner: id };
      const renew = () => void redis.set(`lease:${id}`, node.name, 'PX', 2000).catch(() => undefined);
      let timer = node.clock.startTimer(owner, 1000, function again() {
        renew();
        timer = node.clock.startTimer(owner, 1000, again);
      });
      renew();
      socket.on('message', (data: Buffer) => {
        redis.set(`notice:${id}`, data.toString()).then(
          () => socket.send('ok'),
          () => socket.send('sorry'),
        );
      });
      socket.on('close', () => timer.cancel());
    });
    return {};
  };

export function boardImage(flaw: Flaw | null = null): SystemImage {
  return { codeHash: 'board', instantiate: (host) => ({ kind: 'start', start: board(flaw, host) }) };
}

export function boardScenario(changes: Partial<Scenario> = {}): Scenario {
  return {
    ...completeScenario({ system: 'board.ts' }, 'board.ts'),
    configuration: null,
    nodesMax: 3,
    actors: { user },
    operationsMax: 6,
    faultsMax: 5,
    chaosMs: { min: 2000, max: 6000 },
    settleMs: 40_000,
    leaveMs: 5000,
    operationMs: 5000,
    ...changes,
  };
}

/** A plan with a few users and no faults. */
export function boardPlan(changes: Partial<Plan> = {}): Plan {
  return {
    seed: '0xb0a7d',
    nodes: 2,
    chaosMs: 4000,
    cohorts: [{ actor: 'user', count: 6, operationsMax: 4 }],
    operations: [],
    faults: [],
    ...changes,
  };
}

/** A plan with many kinds of faults. */
export const stormy: Plan = boardPlan({
  cohorts: [{ actor: 'user', count: 12, operationsMax: 6 }],
  faults: [
    { id: 'fault-1', kind: 'node-crash', target: 'node-1', atMs: 1500, durationMs: 700, rate: 1 },
    { id: 'fault-2', kind: 'latency', target: 'user-3', atMs: 300, durationMs: 2000, rate: 1 },
    { id: 'fault-3', kind: 'connection-loss', target: 'user-5', atMs: 1200, durationMs: 0, rate: 1 },
    { id: 'fault-4', kind: 'half-open', target: 'user-6', atMs: 1300, durationMs: 0, rate: 1 },
    { id: 'fault-5', kind: 'client-stall', target: 'user-7', atMs: 900, durationMs: 1500, rate: 1 },
    { id: 'fault-6', kind: 'redis-request-lost', target: '*', atMs: 800, durationMs: 1200, rate: 0.1 },
    { id: 'fault-7', kind: 'redis-error', target: 'node-2', atMs: 2500, durationMs: 500, rate: 0.5 },
  ],
});

const resources = new RunResources();

export interface BoardRun {
  readonly plan?: Plan;
  readonly flaw?: Flaw;
  readonly scenario?: Partial<Scenario> | undefined;
  readonly options?: RunOptions;
  /** Separate resources instead of those that the runs in a file share. */
  readonly resources?: RunResources;
}

/** Executes one run of the notice board. */
export function runBoard(run: BoardRun = {}): Promise<RunResult> {
  return executeRun(
    boardScenario(run.scenario),
    boardImage(run.flaw ?? null),
    run.plan ?? boardPlan(),
    run.resources ?? resources,
    run.options,
  );
}

/** A property with the checker of the test. */
export function property(id: string, checker: Property['checker']): Property {
  return { id, description: `${id} holds`, risk: 'TEST-1', kind: 'always', checker };
}

export const quietJudge: Checker = { observe: () => undefined };

/** A flaw that acts 100 ms after the start of the node. */
export function later(act: (fail: (reason: unknown) => never) => void): Flaw {
  return (node) => {
    const fail = (reason: unknown): never => {
      throw reason;
    };
    node.clock.startTimer({ label: 'later', owner: node.name }, 100, () => act(fail));
  };
}
