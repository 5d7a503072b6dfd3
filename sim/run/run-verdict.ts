/**
 * How a run can fail. The verdicts are distinct: each means something else to whoever reads it.
 */
import type { Domain } from '../kernel/heap.ts';
import type { LoopEnd } from '../kernel/kernel.ts';
import { splitActor } from '../plan/plan.ts';
import { ScenarioError } from '../plan/scenario-error.ts';
import { Client } from '../network/client.ts';
import { NETWORK } from '../network/domain.ts';
import { NodeProcess } from '../world/node-process.ts';
import { insteadOf } from '../ambient/guard.ts';
import { LIBRARIES } from '../ambient/library-globals.ts';
import { thrownText } from '../kernel/thrown-text.ts';
import type { Violation } from './property.ts';
import type { Thrown } from './thrown.ts';

export type Failure =
  /** A property does not hold. */
  | ({ readonly verdict: 'violation' } & Violation)
  /** Something that was begun never ends, or virtual time does not move, or the run exceeds its steps. */
  | ({ readonly verdict: 'no-progress' } & Moment)
  /** The system threw where nobody catches: in a callback, a next tick, or an unhandled rejection. */
  | ({ readonly verdict: 'crash' } & Moment)
  /** The system tried a way out of the seed. */
  | ({ readonly verdict: 'escape' } & Moment)
  /** The same seed gave another run. */
  | ({ readonly verdict: 'nondeterminism' } & Moment)
  /** A step that never yields, seen from outside. */
  | ({ readonly verdict: 'stuck' } & Moment)
  /** A fault of the scenario or of the simulator itself. */
  | ({ readonly verdict: 'scenario-error' } & Moment)
  | ({ readonly verdict: 'internal-error' } & Moment);

export interface Moment {
  readonly step: number;
  readonly atMs: number;
  /** The same for failures of one cause. */
  readonly signature: string;
  readonly text: string;
}

/** Something that was begun and does not end. */
export interface Stalled {
  /** The same for all of a kind, whoever it belongs to. */
  readonly kind: string;
  readonly text: string;
}

/** A way out of the seed that was tried: by whom, and in which source file, where that is known. */
export interface Escape {
  readonly who: string;
  readonly way: string;
  readonly file?: string | undefined;
}

/** Why a run was ended before it was over. */
export type Cause =
  | { readonly why: 'violation'; readonly violation: Violation }
  | { readonly why: 'escape'; readonly escape: Escape }
  | { readonly why: 'stalled'; readonly stalled: Stalled }
  /** A fault of the scenario or of the simulator. */
  | { readonly why: 'fault'; readonly reason: unknown };

export interface RunEnd {
  readonly end: LoopEnd;
  /** What was seen first, of what ends a run. */
  readonly cause: Cause | null;
  /** What was thrown, when something was. */
  readonly thrown: Thrown | null;
  readonly step: number;
  readonly atMs: number;
}

/**
 * The verdict on a run's end; null when everything held. What was seen first counts: a cause ends the loop at once, so a throw that is its
 * end came before any, and one that came after is not its end.
 */
export function runVerdict({ end, cause, thrown, step, atMs }: RunEnd): Failure | null {
  const moment = (signature: string, text: string): Moment => ({ step, atMs, signature, text });
  switch (end.why) {
    case 'threw':
    case 'rejected': {
      const how = end.why === 'threw' ? 'threw' : 'left a rejection that nobody caught';
      const text = `${end.domain.name} ${how}: ${thrown?.text ?? thrownText(end.reason)}`;
      const isOfSystem = end.domain instanceof NodeProcess && end.domain.number > 0;
      if (isOfSystem) return { verdict: 'crash', ...moment(`crash: ${thrown?.subject ?? 'unknown'}`, text) };
      if (!isOfScenario(end.domain)) return { verdict: 'internal-error', ...moment('internal-error', text) };
      return { verdict: 'scenario-error', ...moment(throwSignature(end.domain), text) };
    }
    case 'frozen': {
      const text = `virtual time has not moved for ${end.limit} steps`;
      return { verdict: 'no-progress', ...moment('no-progress: frozen', text) };
    }
    case 'steps': {
      const text = `the run has not ended within ${end.limit} step${end.limit === 1 ? '' : 's'}`;
      return { verdict: 'no-progress', ...moment('no-progress: steps', text) };
    }
    default:
      return cause === null ? null : failureOfCause(cause, moment);
  }
}

function failureOfCause(cause: Cause, moment: (signature: string, text: string) => Moment): Failure {
  switch (cause.why) {
    case 'violation':
      return { verdict: 'violation', ...cause.violation };
    case 'escape': {
      const { who, way, file } = cause.escape;
      const where = file === undefined ? '' : `, in ${file}`;
      const text = `${who} tried to leave the seed by ${way}${where}; instead, ${insteadOf(way, file)}`;
      return { verdict: 'escape', ...moment(`escape: ${way}`, text) };
    }
    case 'stalled': {
      const { kind, text } = cause.stalled;
      return { verdict: 'no-progress', ...moment(`no-progress: ${kind}`, `${text} has not ended`) };
    }
    case 'fault': {
      const { reason } = cause;
      const text = thrownText(reason);
      if (!(reason instanceof ScenarioError)) return { verdict: 'internal-error', ...moment('internal-error', text) };
      return { verdict: 'scenario-error', ...moment(`scenario-error: ${reason.subject}`, text) };
    }
  }
}

/**
 * Code of actors and properties runs in clients or outside of all nodes. Listeners on client sockets are
 * called by the network and by the library that client sockets come from.
 */
function isOfScenario(domain: Domain): boolean {
  return domain instanceof Client || domain instanceof NodeProcess || domain === NETWORK || domain === LIBRARIES;
}

/** The same for all actors of a kind. */
function throwSignature(domain: Domain): string {
  return domain instanceof Client ? `scenario-error: ${splitActor(domain.name).kind}` : 'scenario-error';
}
