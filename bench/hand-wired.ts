/**
 * The same card packages wired together by hand: fake-timers on the globals as the one clock, a
 * mock-socket server for each node, ioredis-mock for rows, the trivial gateway, and the clients of
 * the scenario, which perform the same operations at the same virtual times. No choices, no faults,
 * no records, no checks.
 *
 * With `delays`, each frame and each reply of Redis takes a time drawn from a seedrandom stream.
 * Only then can the order of events depend on a seed. Without it, all messages keep their order,
 * and frames to clients are function calls.
 *
 * Timers fire one by one and microtasks run synchronously, as in the bare loop. The asynchronous
 * methods of fake-timers wait for a real turn after each timer and would be many times slower.
 */
import { type Clock, install } from '@sinonjs/fake-timers';
import RedisMock from 'ioredis-mock';
import { Server, WebSocket } from 'mock-socket';
import seedrandom from 'seedrandom';
import { recordedPrices } from '../core/adapters/recorded-feed.ts';
import type { RedisStoreClient } from '../core/adapters/redis-store.ts';
import { tokenKey } from '../core/auth.ts';
import { client as definition } from '../properties/actors/client.ts';
import { gatewayConfiguration, simulatedLimits } from '../properties/configuration.ts';
import { type Operation, splitActor } from '../sim/plan/plan.ts';
import type { ClientSocket } from '../sim/network/client-socket.ts';
import { ConnectionFailedError } from '../sim/network/connection-failed-error.ts';
import type { ActorContext, Outcome } from '../sim/run/actor.ts';
import { completeActor } from '../sim/run/complete-scenario.ts';
import { EPOCH_MS } from '../sim/ambient/library-globals.ts';
import { RealGateway } from './real-gateway.ts';
import { type Peer, TrivialGateway } from './trivial-gateway.ts';

export interface HandWiredPlan {
  readonly nodes: number;
  readonly operations: readonly Operation[];
  /** No operation begins after this time. */
  readonly chaosMs: number;
  readonly leaveAtMs: number;
  readonly overAtMs: number;
  /** Each frame and each reply of Redis has a random delay. */
  readonly delays?: boolean;
  /** Use the gateway of the scenario instead of the trivial one. */
  readonly realGateway?: boolean;
  /** Called before all clients leave. */
  readonly onLeaving?: () => void;
}

export interface Worked {
  /** Number of completed operations. */
  readonly operations: number;
  /** Number of completed operations by outcome: `subscribe ok`. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** Number of price frames sent to clients. */
  readonly prices: number;
  readonly tookMs: number;
}

type Operate = (context: ActorContext<unknown>, args: Operation['arguments']) => Promise<Outcome>;

const runMicrotasks = (process as unknown as { _tickCallback: () => void })._tickCallback.bind(process);

export async function handWired(plan: HandWiredPlan): Promise<Worked> {
  return new Promise((resolve, reject) => {
    // Microtasks can be run synchronously only outside of a microtask, so this starts a macrotask.
    setImmediate(() => {
      try {
        resolve(simulate(plan));
      } catch (error) {
        reject(error as Error);
      }
    });
  });
}

function simulate(plan: HandWiredPlan): Worked {
  const beganAtMs = performance.now();
  const clock = install({
    now: EPOCH_MS,
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
  });
  try {
    const names = Array.from({ length: plan.nodes }, (_, index) => `node-${index + 1}`);
    const delayMs = plan.delays === true ? delaysOf(seedrandom.alea('hand-wired')) : null;
    const nodes = names.map((name) => serve(name, plan.realGateway === true, delayMs));
    const outcomes = new Map<string, number>();
    const actors = [...byActor(plan.operations)].map(([name, own]) => new Visitor(clock, name, names, own, outcomes));
    for (const actor of actors) actor.start(plan.chaosMs);
    setTimeout(() => {
      plan.onLeaving?.();
      actors.forEach((actor) => actor.leave());
    }, plan.leaveAtMs);
    setTimeout(() => undefined, plan.overAtMs);
    while (clock.now - EPOCH_MS < plan.overAtMs) {
      clock.next();
      runMicrotasks();
    }
    for (const { gateway } of nodes) gateway.stop();
    runMicrotasks();
    // Stopping takes virtual time.
    while (clock.countTimers() > 0) {
      clock.next();
      runMicrotasks();
    }
    for (const { server } of nodes) server.stop();
    clock.runAll();
    return {
      operations: [...outcomes.values()].reduce((sum, count) => sum + count, 0),
      outcomes,
      prices: nodes.reduce((sum, { gateway }) => sum + gateway.prices, 0),
      tookMs: performance.now() - beganAtMs,
    };
  } finally {
    clock.uninstall();
  }
}

interface Served {
  readonly server: Server;
  readonly gateway: TrivialGateway | RealGateway;
}

function serve(name: string, isReal: boolean, delayMs: (() => number) | null): Served {
  const server = new Server(urlOf(name), { mock: false });
  const client = new RedisMock({ host: 'hand-wired', port: 6379 }) as unknown as RedisStoreClient;
  const { tokens, priceEveryMs } = gatewayConfiguration;
  const common = { name, ...tokens, keys: tokens.secrets.map(tokenKey), recording: recordedPrices, priceEveryMs };
  const gateway = isReal
    ? new RealGateway({
        ...common,
        redis: delayMs === null ? client : lateRows(client, delayMs),
        limits: simulatedLimits,
        fraction: seedrandom.alea(name),
      })
    : new TrivialGateway({
        ...common,
        rows: delayMs === null ? client : lateRows(client, delayMs),
        leaseMs: simulatedLimits.leaseMs,
        lifetimeMaxMs: simulatedLimits.tokenLifetimeMaxMs,
      });
  server.on('connection', (socket) => {
    const peer = socket as unknown as Peer;
    gateway.accept(delayMs === null ? peer : latePeer(peer, delayMs));
  });
  return { server, gateway };
}

/** Mostly short, sometimes up to 60 ms, as in the simulator. */
function delaysOf(draw: () => number): () => number {
  return () => 0.5 + 59.5 * draw() ** 4;
}

/** Messages of one direction keep their order. */
function latePeer(peer: Peer, delayMs: () => number): Peer {
  const lane = (): ((deliver: () => void) => void) => {
    let lastAtMs = 0;
    return (deliver) => {
      lastAtMs = Math.max(lastAtMs, Date.now() + delayMs());
      setTimeout(deliver, lastAtMs - Date.now());
    };
  };
  const [up, down] = [lane(), lane()];
  return {
    send: (text) => down(() => peer.send(text)),
    close: (how) => down(() => peer.close(how)),
    on: (event: string, listener: (text: string) => void) =>
      peer.on(event as 'message', (text) => up(() => listener(text))),
  };
}

function lateRows(rows: RedisStoreClient, delayMs: () => number): RedisStoreClient {
  const late = async <Answer>(answer: Promise<Answer>): Promise<Answer> => {
    await new Promise<void>((resolve) => void setTimeout(resolve, delayMs()));
    return answer;
  };
  return {
    set: (...row) => late(rows.set(...row)),
    del: (key) => late(rows.del(key)),
    quit: () => rows.quit(),
    disconnect: () => rows.disconnect(),
  };
}

const client = completeActor(definition);

const urlOf = (node: string): string => `ws://${node}.hand/`;

function byActor(operations: readonly Operation[]): Map<string, Operation[]> {
  const actors = new Map<string, Operation[]>();
  for (const operation of operations) {
    const own = actors.get(operation.actor);
    if (own === undefined) actors.set(operation.actor, [operation]);
    else own.push(operation);
  }
  return actors;
}

/** A client of the scenario. Its operations are the functions of the scenario. */
class Visitor {
  readonly #clock: Clock;
  readonly #operations: readonly Operation[];
  readonly #context: ActorContext<unknown>;
  readonly #outcomes: Map<string, number>;

  constructor(
    clock: Clock,
    name: string,
    nodes: readonly string[],
    operations: readonly Operation[],
    outcomes: Map<string, number>,
  ) {
    this.#clock = clock;
    this.#operations = operations;
    this.#outcomes = outcomes;
    const { number } = splitActor(name);
    let drawn = number;
    const fraction = (): number => {
      drawn = (Math.imul(drawn, 1_664_525) + 1_013_904_223) | 0;
      return (drawn >>> 0) / 2 ** 32;
    };
    const dial = (node: string): Promise<ClientSocket> =>
      new Promise((resolve, reject) => {
        const socket = new WebSocket(urlOf(node));
        socket.onopen = () => resolve(socket as unknown as ClientSocket);
        socket.onerror = () => reject(new ConnectionFailedError('connection refused'));
      });
    this.#context = {
      name,
      number,
      state: client.create(),
      nodes,
      get nowMs() {
        return clock.now - EPOCH_MS;
      },
      get wallMs() {
        return clock.now;
      },
      fraction,
      integer: (_name, min, max) => min + Math.floor(fraction() * (max - min + 1)),
      pick: (_name, items) => items[Math.floor(fraction() * items.length)] as (typeof items)[number],
      connect: (node) => dial(node ?? nodes[Math.floor(fraction() * nodes.length)] ?? ''),
      dial,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      // mock-socket sends at once and has no buffer.
      stopReading: () => undefined,
      within: (ms, promise) =>
        new Promise((resolve, reject) => {
          const timeout = setTimeout(() => resolve('timeout'), ms);
          promise.finally(() => clearTimeout(timeout)).then(resolve, reject);
        }),
    };
  }

  start(untilMs: number): void {
    void this.#act(untilMs);
  }

  leave(): void {
    client.leave?.(this.#context);
  }

  async #act(untilMs: number): Promise<void> {
    for (const { atMs, name, arguments: args } of this.#operations) {
      const waitMs = EPOCH_MS + atMs - this.#clock.now;
      if (waitMs > 0) await this.#context.sleep(waitMs);
      if (this.#clock.now - EPOCH_MS >= untilMs) return;
      const outcome = await (client.operations[name] as Operate)(this.#context, args);
      const ended = `${name} ${outcome === 'ok' ? 'ok' : outcome.outcome}`;
      this.#outcomes.set(ended, (this.#outcomes.get(ended) ?? 0) + 1);
    }
  }
}
