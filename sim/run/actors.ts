/**
 * The actors of a run. Each performs its operations in the order of the plan, one after the other.
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
  readonly context: ActorContext<unknown>;
  readonly draws: OperationDraws;
  /** Sockets that the actor opened, without those already closed when it last opened one. */
  sockets: readonly ClientSocket[];
  readonly operations: readonly Operation[];
}

export interface ActorsParts {
  readonly operations: readonly Operation[];
  /** No operation begins at this time or later. */
  readonly healAtMs: number;
  readonly onScenarioError: (reason: unknown) => void;
  readonly onDrawn?: OnDrawn | undefined;
}

export class Actors {
  readonly uses = new UseCounts();
  readonly #world: World;
  readonly #parts: ActorsParts;
  readonly #actors: readonly Actor[];
  readonly #names: ReadonlySet<string>;
  readonly #underWay = new Map<string, OperationUnderWay>();

  constructor(world: World, scenario: Scenario, parts: ActorsParts) {
    this.#world = world;
    this.#parts = parts;
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
    for (const actor of this.#actors) this.#scheduleNext(actor, 0);
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
    const draws = new OperationDraws(name, world.draws, this.#parts.onDrawn);
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
    const context = createActorContext({
      world,
      client,
      draws,
      createState: () => createState(name, kind, definition),
      onOpen,
    });
    const inOrder = [...operations].sort((left, right) => left.atMs - right.atMs);
    const actor: Actor = { client, definition, context, draws, sockets: [], operations: inOrder };
    return actor;
  }

  #scheduleNext(actor: Actor, index: number): void {
    const operation = actor.operations[index];
    // No operation begins at the heal or later, whether it was planned for that time or delayed.
    if (operation === undefined || Math.max(operation.atMs, this.#world.kernel.nowMs) >= this.#parts.healAtMs) return;
    this.#world.kernel.scheduleAt(Math.round(operation.atMs * 1000), actor.client, () => {
      this.#perform(actor, operation).then(
        () => this.#scheduleNext(actor, index + 1),
        (reason: unknown) => {
          const { id, actor: who, name } = operation;
          const about = `${splitActor(who).kind} ${name}`;
          const isNamed = reason instanceof ScenarioError;
          this.#parts.onScenarioError(isNamed ? reason : new ScenarioError(about, `${who} ${name} (${id})`, reason));
        },
      );
    });
  }

  async #perform(actor: Actor, operation: Operation): Promise<void> {
    const { recorder, kernel } = this.#world;
    const { id, name } = operation;
    const scope = scopeOf(id, 'latency');
    actor.client.operation = { scope, sent: 0 };
    // Keyed by the operation, so that its ambient draws stay the same without other operations.
    kernel.cause = scope.hash;
    this.#underWay.set(id, { operation, begunAtMs: kernel.nowMs });
    actor.draws.begin(operation, recorder.operation(id, operation.actor, name, 'begin'));
    const outcome = await outcomeOf(actor, operation);
    this.#underWay.delete(id);
    this.uses.add(operation, outcome);
    if (outcome === 'ok') recorder.operation(id, operation.actor, name, 'ok');
    else recorder.operation(id, operation.actor, name, outcome.outcome, outcome.detail);
  }
}

async function outcomeOf({ definition, context }: Actor, operation: Operation): Promise<Outcome> {
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

function leaveSystem({ definition, context, sockets }: Actor): void {
  if (definition.leave !== null) definition.leave(context);
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
