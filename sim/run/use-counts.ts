/**
 * Counts how much the actors of a run used the system. A run in which they did nothing passes but
 * proves nothing.
 */
import { type Operation, splitActor } from '../plan/plan.ts';
import type { Outcome } from './actor.ts';

export interface Uses {
  /** Connections that `connect` opened. */
  readonly connections: number;
  /** Successful HTTP responses that actors received, upgrades included. */
  readonly responses: number;
  /** Operations that ended, by outcome. */
  readonly ok: number;
  readonly fail: number;
  readonly unknown: number;
  /**
   * The first operation that did not end `ok`, such as `visitor visit: connection refused`, or
   * null.
   */
  readonly firstFailure: string | null;
}

export const NO_USES: Uses = { connections: 0, responses: 0, ok: 0, fail: 0, unknown: 0, firstFailure: null };

export class UseCounts implements Uses {
  connections = 0;
  responses = 0;
  ok = 0;
  fail = 0;
  unknown = 0;
  firstFailure: string | null = null;

  add({ actor, name }: Operation, outcome: Outcome): void {
    if (outcome === 'ok' || outcome.outcome === 'ok') {
      this.ok += 1;
      return;
    }
    this[outcome.outcome] += 1;
    this.firstFailure ??= `${splitActor(actor).kind} ${name}: ${outcome.detail}`;
  }

  /** Returns a plain object, which can be sent to other threads. */
  counts(): Uses {
    const { connections, responses, ok, fail, unknown, firstFailure } = this;
    return { connections, responses, ok, fail, unknown, firstFailure };
  }
}

export function addUses(left: Uses, right: Uses): Uses {
  return {
    connections: left.connections + right.connections,
    responses: left.responses + right.responses,
    ok: left.ok + right.ok,
    fail: left.fail + right.fail,
    unknown: left.unknown + right.unknown,
    firstFailure: left.firstFailure ?? right.firstFailure,
  };
}
