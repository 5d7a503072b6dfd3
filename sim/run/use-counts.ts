/**
 * Counts how much the actors of a run used the system. A run in which they did nothing passes but
 * proves nothing.
 */
import { type Operation, splitActor } from '../plan/plan.ts';
import type { Outcome } from './actor.ts';
import type { Scenario } from './scenario.ts';

/** Numbers of operations that ended, by outcome. */
export interface Outcomes {
  readonly ok: number;
  readonly fail: number;
  readonly unknown: number;
}

export interface Uses extends Outcomes {
  /** Connections that `connect` opened. */
  readonly connections: number;
  /** Successful HTTP responses that actors received, upgrades included. */
  readonly responses: number;
  /** By actor and operation, such as `visitor visit`, those that never ended included. */
  readonly operations: Readonly<Record<string, Outcomes>>;
  /**
   * The first operation that did not end `ok`, such as `visitor visit: connection refused`, or
   * null.
   */
  readonly firstFailure: string | null;
}

const NONE: Outcomes = { ok: 0, fail: 0, unknown: 0 };

export const NO_USES: Uses = { ...NONE, connections: 0, responses: 0, operations: {}, firstFailure: null };

export class UseCounts {
  connections = 0;
  responses = 0;
  #firstFailure: string | null = null;
  readonly #operations = new Map<string, Record<keyof Outcomes, number>>();

  constructor(actors: Scenario['actors']) {
    for (const [kind, { operations }] of Object.entries(actors))
      for (const name of Object.keys(operations)) this.#operations.set(`${kind} ${name}`, { ...NONE });
  }

  add({ actor, name }: Operation, outcome: Outcome): void {
    const operation = `${splitActor(actor).kind} ${name}`;
    const outcomes = this.#operations.get(operation);
    if (outcomes !== undefined) outcomes[outcome === 'ok' ? 'ok' : outcome.outcome] += 1;
    if (outcome !== 'ok' && outcome.outcome !== 'ok') this.#firstFailure ??= `${operation}: ${outcome.detail}`;
  }

  /** Returns a plain object, which can be sent to other threads. */
  counts(): Uses {
    return {
      ...[...this.#operations.values()].reduce(addOutcomes, NONE),
      connections: this.connections,
      responses: this.responses,
      operations: Object.fromEntries(this.#operations),
      firstFailure: this.#firstFailure,
    };
  }
}

export function addUses(left: Uses, right: Uses): Uses {
  const names = Object.keys({ ...left.operations, ...right.operations });
  return {
    ...addOutcomes(left, right),
    connections: left.connections + right.connections,
    responses: left.responses + right.responses,
    operations: Object.fromEntries(
      names.map((name) => [name, addOutcomes(left.operations[name] ?? NONE, right.operations[name] ?? NONE)]),
    ),
    firstFailure: left.firstFailure ?? right.firstFailure,
  };
}

function addOutcomes(left: Outcomes, right: Outcomes): Outcomes {
  return { ok: left.ok + right.ok, fail: left.fail + right.fail, unknown: left.unknown + right.unknown };
}
