/**
 * The actors of a run: each does its operations one after the other, as the plan has them.
 */
import { type Scope, scopeOf, subscope } from '../kernel/draws.ts';
import type { Domain } from '../kernel/heap.ts';
import { type Operation, splitActor } from '../plan/plan.ts';
import { ScenarioError } from '../plan/scenario-error.ts';
import { Client } from '../network/client.ts';
import type { World } from '../world/world.ts';
import { isOutcome, OUTCOME_RULE, shownOutcome } from './outcome.ts';
import type { ActorContext, ActorDefinition, Scenario } from './scenario.ts';

/** An operation that has begun and not ended. */
export interface OperationUnderWay {
  readonly operation: Operation;
  readonly begunAtMs: number;
}

/** What lets clients read again. */
const RESUMING: Domain = { name: 'waking', alive: true };

interface Actor {
  readonly client: Client;
  readonly definition: ActorDefinition<unknown>;
  readonly context: ActorContext<unknown>;
  readonly operations: readonly Operation[];
}

export class Actors {
  readonly #world: World;
  readonly #actors: readonly Actor[];
  readonly #underWay = new Map<string, OperationUnderWay>();
  readonly #healAtMs: number;
  readonly #onScenarioError: (reason: unknown) => void;
  /** Where the choices of the operation that runs are counted, by actor. */
  readonly #choices = new Map<string, { scope: Scope; counts: Map<string, number> }>();

  constructor(
    world: World,
    scenario: Scenario,
    plan: { readonly operations: readonly Operation[]; readonly healAtMs: number },
    onHarnessFault: (reason: unknown) => void,
  ) {
    this.#world = world;
    this.#healAtMs = plan.healAtMs;
    this.#onScenarioError = onHarnessFault;
    const byActor = new Map<string, Operation[]>();
    for (const operation of plan.operations) {
      const own = byActor.get(operation.actor);
      if (own === undefined) byActor.set(operation.actor, [operation]);
      else own.push(operation);
    }
    this.#actors = [...byActor].map(([name, own]) => this.#create(name, own, scenario));
  }

  get underWay(): Iterable<OperationUnderWay> {
    return this.#underWay.values();
  }

  start(): void {
    for (const actor of this.#actors) this.#scheduleNext(actor, 0);
  }

  /** Everybody leaves, each in an event of its own. */
  leave(): void {
    for (const actor of this.#actors) {
      const { name } = actor.client;
      this.#world.kernel.schedule(0, actor.client, () => {
        try {
          actor.definition.leave(actor.context);
        } catch (reason) {
          if (reason instanceof ScenarioError) this.#onScenarioError(reason);
          else this.#onScenarioError(new ScenarioError(`${splitActor(name).kind} leave`, `${name}, leaving,`, reason));
        }
      });
    }
  }

  #create(name: string, operations: readonly Operation[], scenario: Scenario): Actor {
    const { kind, number } = splitActor(name);
    const definition = scenario.actors[kind] as ActorDefinition<unknown> | undefined;
    if (definition === undefined) throw new Error(`the scenario has no actor ${kind}`);
    for (const operation of operations) {
      if (definition.operations[operation.name] === undefined) {
        throw new Error(`actors of kind ${kind} have no operation ${operation.name}`);
      }
    }
    const client = new Client(name);
    const world = this.#world;
    const { kernel } = world;
    const wait = (ms: number, callback: () => void) => kernel.schedule(Math.max(0, ms) * 1000, client, callback);
    // Made within the run, in an event of the actor's: what it draws is then decided by the seed.
    let made: { readonly state: unknown } | null = null;
    const context: ActorContext<unknown> = {
      name,
      number,
      get state() {
        made ??= { state: createState(name, kind, definition) };
        return made.state;
      },
      nodes: [...world.nodes.keys()],
      get nowMs() {
        return kernel.nowMs;
      },
      get wallMs() {
        return world.wallMs;
      },
      fraction: (label) => this.#fraction(name, label),
      dial: (node, options) => world.network.connect(client, node, options),
      sleep: (ms) => new Promise((resolve) => wait(ms, resolve)),
      stopReading: (ms) => {
        const lanes = world.network.linksOf(name).map((link) => link.down);
        for (const lane of lanes) lane.block();
        kernel.schedule(ms * 1000, RESUMING, () => lanes.forEach((lane) => lane.unblock()));
      },
      within: (ms, promise) =>
        new Promise((resolve, reject) => {
          const timeout = wait(ms, () => resolve('timeout'));
          const settled = () => {
            timeout.deliver = null;
          };
          promise.finally(settled).then(resolve, reject);
        }),
    };
    return { client, definition, context, operations: [...operations].sort((left, right) => left.atMs - right.atMs) };
  }

  #scheduleNext(actor: Actor, index: number): void {
    const operation = actor.operations[index];
    // After the heal nobody begins anything new, be it that he was held up or that he was to begin later.
    if (operation === undefined || Math.max(operation.atMs, this.#world.kernel.nowMs) >= this.#healAtMs) return;
    this.#world.kernel.scheduleAt(Math.round(operation.atMs * 1000), actor.client, () => {
      this.#begin(actor, operation).then(
        () => this.#scheduleNext(actor, index + 1),
        (reason: unknown) => {
          const { id, actor: who, name } = operation;
          const about = `${splitActor(who).kind} ${name}`;
          const isNamed = reason instanceof ScenarioError;
          this.#onScenarioError(isNamed ? reason : new ScenarioError(about, `${who} ${name} (${id})`, reason));
        },
      );
    });
  }

  async #begin(actor: Actor, operation: Operation): Promise<void> {
    const { recorder, kernel } = this.#world;
    const { id, name } = operation;
    const scope = scopeOf(id, 'latency');
    actor.client.operation = { scope, sent: 0 };
    // What it draws by ambient names stays when another operation is left out.
    kernel.cause = scope.hash;
    this.#choices.set(actor.client.name, { scope: scopeOf(id), counts: new Map() });
    this.#underWay.set(id, { operation, begunAtMs: kernel.nowMs });
    recorder.operation(id, operation.actor, name, 'begin');
    const run = actor.definition.operations[name];
    if (run === undefined) throw new Error(`no operation ${name}`);
    const outcome: unknown = await run(actor.context, operation.arguments);
    this.#underWay.delete(id);
    if (!isOutcome(outcome)) {
      const about = `${splitActor(operation.actor).kind} ${name}`;
      const who = `${operation.actor} ${name} (${id})`;
      throw new ScenarioError(about, who, OUTCOME_RULE, `ended in ${shownOutcome(outcome)}`);
    }
    if (outcome === 'ok') recorder.operation(id, operation.actor, name, 'ok');
    else recorder.operation(id, operation.actor, name, outcome.outcome, outcome.detail);
  }

  #fraction(actor: string, label: string): number {
    const own = this.#choices.get(actor);
    if (own === undefined) {
      const advice = 'draw in an operation, and keep what is drawn in context.state';
      throw new Error(`${actor} draws ${label} before any of its operations has begun: ${advice}`);
    }
    const count = own.counts.get(label) ?? 0;
    own.counts.set(label, count + 1);
    return this.#world.draws.fractionOf(subscope(own.scope, label).hash, count);
  }
}

function createState(name: string, kind: string, { create }: ActorDefinition<unknown>): unknown {
  try {
    return create();
  } catch (reason) {
    throw new ScenarioError(`${kind} create`, `${name}, created,`, reason);
  }
}
