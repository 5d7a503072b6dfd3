/**
 * The actors of a run. Each performs its operations in the order of the plan. An operation begins
 * when all before it have ended, unless the plan has it begin early.
 */
import { scopeOf } from '../kernel/draws.ts';
import type { RunRecord } from '../kernel/record.ts';
import { Client } from '../network/client.ts';
import type { ClientSocket } from '../network/client-socket.ts';
import { ConnectionFailedError } from '../network/connection-failed-error.ts';
import { type Operation, splitActor } from '../plan/plan.ts';
import { ScenarioError } from '../plan/scenario-error.ts';
import type { World } from '../world/world.ts';
import type { Actor as Definition, ActorContext, Outcome } from './actor.ts';
import { createActorContext } from './actor-context.ts';
import { OperationDraws, type OnDrawn } from './operation-draws.ts';
import { networkFailure } from './network-failure.ts';
import { isOutcome, OUTCOME_RULE, shownOutcome } from './outcome.ts';
import type { Scenario } from './scenario.ts';
import { UseCounts } from './use-counts.ts';

/** An operation that has begun and not ended. */
export interface OperationUnderWay {
  readonly operation: Operation;
  readonly begunAtMs: number;
}

interface Actor {
  readonly client: Client;
  readonly definition: Definition;
  /** For code that runs outside of operations, and for operations that run alone. */
  readonly shared: Drawing;
  /** True if operations may overlap: each then draws for itself. */
  readonly overlaps: boolean;
  readonly createDrawing: () => Drawing;
  /** Sockets that the actor opened, without those already closed when it last opened one. */
  sockets: readonly ClientSocket[];
  readonly operations: readonly Operation[];
  /** The index of the first operation that neither has begun nor waits for its time. */
  next: number;
  /** Number of operations that have begun, or wait for their time, and have not ended. */
  underWay: number;
  /** The time at which the last operation began. */
  begunAtMs: number;
}

/** A context, and the draws of the operation that uses it. */
interface Drawing {
  readonly context: ActorContext<unknown>;
  readonly draws: OperationDraws;
}

export interface ActorsParts {
  readonly operations: readonly Operation[];
  /** No operation begins at this time or later. */
  readonly healAtMs: number;
  readonly onScenarioError: (reason: unknown) => void;
  readonly onDrawn?: OnDrawn | undefined;
}

export class Actors {
  readonly uses: UseCounts;
  readonly #world: World;
  readonly #parts: ActorsParts;
  readonly #actors: readonly Actor[];
  readonly #names: ReadonlySet<string>;
  readonly #underWay = new Map<string, OperationUnderWay>();

  constructor(world: World, scenario: Scenario, parts: ActorsParts) {
    this.#world = world;
    this.#parts = parts;
    this.uses = new UseCounts(scenario.actors);
    const byActor = new Map<string, Operation[]>();
    for (const operation of parts.operations) {
      const own = byActor.get(operation.actor);
      if (own === undefined) byActor.set(operation.actor, [operation]);
      else own.push(operation);
    }
    this.#actors = [...byActor].map(([name, own]) => this.#create(name, own, scenario));
    this.#names = new Set(byActor.keys());
  }

  get underWay(): Iterable<OperationUnderWay> {
    return this.#underWay.values();
  }

  /** Client libraries connect without `connect`: their use shows in what they receive. */
  observe(record: RunRecord): void {
    if (record.type !== 'http' || record.phase !== 'delivered' || record.direction === 'up') return;
    if (record.status < 400 && this.#names.has(record.client)) this.uses.responses += 1;
  }

  start(): void {
    for (const actor of this.#actors) this.#scheduleNext(actor);
  }

  /** Makes all actors leave, each in a separate event. */
  leave(): void {
    for (const actor of this.#actors) {
      const { name } = actor.client;
      this.#world.kernel.schedule(0, actor.client, () => {
        try {
          leaveSystem(actor);
        } catch (reason) {
          if (reason instanceof ScenarioError) this.#parts.onScenarioError(reason);
          else
            this.#parts.onScenarioError(
              new ScenarioError(`${splitActor(name).kind} leave`, `${name}, leaving,`, reason),
            );
        }
      });
    }
  }

  #create(name: string, operations: readonly Operation[], scenario: Scenario): Actor {
    const { kind } = splitActor(name);
    const definition = scenario.actors[kind];
    if (definition === undefined) throw new Error(`the scenario has no actor ${kind}`);
    for (const operation of operations) {
      if (definition.operations[operation.name] === undefined) {
        throw new Error(`actors of kind ${kind} have no operation ${operation.name}`);
      }
    }
    const client = new Client(name);
    const world = this.#world;
    const onOpen = (socket: ClientSocket): void => {
      this.uses.connections += 1;
      actor.sockets = [...actor.sockets.filter(isOpen), socket];
    };
    client.onWebSocket = (opened) => {
      const socket = opened as ClientSocket;
      actor.sockets = [...actor.sockets.filter(isOpen), socket];
      socket.addEventListener('open', () => {
        this.uses.connections += 1;
      });
    };
    let created: { readonly state: unknown } | null = null;
    const stateOf = (): unknown => (created ??= { state: createState(name, kind, definition) }).state;
    const createDrawing = (): Drawing => {
      const draws = new OperationDraws(name, world.draws, this.#parts.onDrawn);
      return { draws, context: createActorContext({ world, client, draws, stateOf, onOpen }) };
    };
    const inOrder = [...operations].sort((left, right) => left.atMs - right.atMs);
    const actor: Actor = {
      client,
      definition,
      shared: createDrawing(),
      overlaps: inOrder.some(({ early }) => early === true),
      createDrawing,
      sockets: [],
      operations: inOrder,
      next: 0,
      underWay: 0,
      begunAtMs: 0,
    };
    return actor;
  }

  /** Schedules the next operation, if it may begin now. */
  #scheduleNext(actor: Actor): void {
    const operation = actor.operations[actor.next];
    if (operation === undefined) return;
    const { kernel } = this.#world;
    const isEarly = operation.early === true && actor.next > 0;
    if (!isEarly && actor.underWay > 0) return;
    const atMs = isEarly ? this.#earlyMs(actor, operation) : operation.atMs;
    // No operation begins at the heal or later, whether it was planned for that time or delayed.
    if (Math.max(atMs, kernel.nowMs) >= this.#parts.healAtMs) return;
    actor.next += 1;
    actor.underWay += 1;
    // In the same turn, as a client that sends two frames without waiting.
    if (isEarly && atMs <= kernel.nowMs) this.#begin(actor, operation);
    else kernel.scheduleAt(Math.round(atMs * 1000), actor.client, () => this.#begin(actor, operation));
  }

  /** The distance of the planned times, from the beginning of the operation before it. */
  #earlyMs({ operations, next, begunAtMs }: Actor, operation: Operation): number {
    const before = operations[next - 1] ?? operation;
    return Math.max(operation.atMs, begunAtMs + operation.atMs - before.atMs);
  }

  #begin(actor: Actor, operation: Operation): void {
    actor.begunAtMs = this.#world.kernel.nowMs;
    this.#perform(actor, operation).then(
      () => {
        actor.underWay -= 1;
        if (actor.underWay === 0) this.#scheduleNext(actor);
      },
      (reason: unknown) => {
        const { id, actor: who, name } = operation;
        const about = `${splitActor(who).kind} ${name}`;
        const isNamed = reason instanceof ScenarioError;
        this.#parts.onScenarioError(isNamed ? reason : new ScenarioError(about, `${who} ${name} (${id})`, reason));
      },
    );
    if (actor.operations[actor.next]?.early === true) this.#scheduleNext(actor);
  }

  async #perform(actor: Actor, operation: Operation): Promise<void> {
    const { recorder, kernel } = this.#world;
    const { id, name } = operation;
    const scope = scopeOf(id, 'latency');
    actor.client.operation = { scope, sent: 0 };
    // Keyed by the operation, so that its ambient draws stay the same without other operations.
    kernel.cause = scope.hash;
    this.#underWay.set(id, { operation, begunAtMs: kernel.nowMs });
    const { context, draws } = actor.overlaps ? actor.createDrawing() : actor.shared;
    const record = recorder.operationBegins(operation);
    draws.begin(operation, record);
    // What the actor draws when it leaves belongs to its last operation.
    if (draws !== actor.shared.draws) actor.shared.draws.begin(operation, record);
    const outcome = await outcomeOf(actor.definition, context, operation);
    this.#underWay.delete(id);
    this.uses.add(operation, outcome);
    if (outcome === 'ok') recorder.operation(id, operation.actor, name, 'ok');
    else recorder.operation(id, operation.actor, name, outcome.outcome, outcome.detail);
  }
}

async function outcomeOf(
  definition: Definition,
  context: ActorContext<unknown>,
  operation: Operation,
): Promise<Outcome> {
  const { id, name } = operation;
  const run = definition.operations[name];
  if (run === undefined) throw new Error(`no operation ${name}`);
  let outcome: unknown;
  try {
    outcome = await run(context, operation.arguments);
  } catch (reason) {
    // A refused connection or request is an outcome, not an error of the scenario.
    if (reason instanceof ConnectionFailedError) return { outcome: 'fail', detail: reason.message };
    const failure = networkFailure(reason);
    if (failure !== null) return failure;
    throw reason;
  }
  if (outcome === undefined) return 'ok';
  if (isOutcome(outcome)) return outcome;
  const about = `${splitActor(operation.actor).kind} ${name}`;
  const who = `${operation.actor} ${name} (${id})`;
  throw new ScenarioError(about, who, OUTCOME_RULE, `ended in ${shownOutcome(outcome)}`);
}

function leaveSystem({ definition, shared, sockets }: Actor): void {
  if (definition.leave !== null) definition.leave(shared.context);
  else for (const socket of sockets) if (isOpen(socket)) socket.close();
}

function isOpen(socket: ClientSocket): boolean {
  return socket.readyState !== socket.CLOSED;
}

function createState(name: string, kind: string, { create }: Definition): unknown {
  try {
    return create();
  } catch (reason) {
    throw new ScenarioError(`${kind} create`, `${name}, created,`, reason);
  }
}
