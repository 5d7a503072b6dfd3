/**
 * The verdict on a run. Each verdict has a different kind of cause.
 */
import type { Domain } from '../kernel/heap.ts';
import type { LoopEnd } from '../kernel/kernel-options.ts';
import { fileAs, placed, type PlacedText, type PlaceInText, type SimulatedPlace } from '../kernel/placed-text.ts';
import { splitActor } from '../plan/plan.ts';
import { ScenarioError } from '../plan/scenario-error.ts';
import { Client } from '../network/client.ts';
import { NETWORK } from '../network/domain.ts';
import { NodeProcess } from '../world/node-process.ts';
import { type EscapedFrom, insteadOf } from '../ambient/escape-advice.ts';
import { LIBRARIES } from '../ambient/library-globals.ts';
import { thrownText } from '../kernel/thrown-text.ts';
import type { Violation } from './property.ts';
import type { Thrown } from './thrown.ts';

export type Failure =
  /** A property does not hold. */
  | ({ readonly verdict: 'violation' } & Violation)
  /** An operation, task or start never ends, virtual time stops, or the run exceeds its steps. */
  | ({ readonly verdict: 'no-progress' } & Moment)
  /** The system threw an uncaught error: in a callback, a next tick, or an unhandled rejection. */
  | ({ readonly verdict: 'crash' } & Moment)
  /** The system called something that is not simulated. */
  | ({ readonly verdict: 'escape' } & Moment)
  /** The same seed gave a different run. */
  | ({ readonly verdict: 'nondeterminism' } & Moment)
  /** A step never yields, as detected from outside. */
  | ({ readonly verdict: 'stuck' } & Moment)
  /** An error of the scenario, or (`internal-error`) of the simulator. */
  | ({ readonly verdict: 'scenario-error' } & Moment)
  | ({ readonly verdict: 'internal-error' } & Moment);

export interface Moment {
  readonly step: number;
  readonly atMs: number;
  /**
   * Failures with the same signature are reported as one, such as `crash: RangeError in answer`.
   * Different bugs may have the same signature.
   */
  readonly signature: string;
  /** The same when lines of the code move: it names files without lines. */
  readonly text: string;
  /** The places of the files that the text names; absent if it names none. */
  readonly places?: readonly PlaceInText[];
}

/** An operation, task or start that does not end. */
export interface Stalled {
  /** The same for all actors and nodes. */
  readonly kind: string;
  readonly text: string;
}

/**
 * An attempt to use something that is not simulated: the caller, the name, and the source file
 * with its place if known.
 */
export interface Escape {
  readonly who: string;
  readonly from: EscapedFrom;
  readonly way: string;
  readonly file?: string | undefined;
  readonly place?: SimulatedPlace | null | undefined;
}

/** The cause that ended a run early. */
export type Cause =
  | { readonly why: 'violation'; readonly violation: Violation }
  | { readonly why: 'escape'; readonly escape: Escape }
  | { readonly why: 'stalled'; readonly stalled: Stalled }
  /** An error of the scenario or of the simulator. */
  | { readonly why: 'fault'; readonly reason: unknown };

export interface RunEnd {
  readonly end: LoopEnd;
  /** The first cause that ended the run. */
  readonly cause: Cause | null;
  /** The thrown value, if any. */
  readonly thrown: Thrown | null;
  readonly step: number;
  readonly atMs: number;
}

/**
 * Returns the failure of a run, or null if it passed. The first event counts. A cause stops the
 * loop at once, so if the loop ended by a throw, no cause came before it.
 */
export function runVerdict({ end, cause, thrown, step, atMs }: RunEnd): Failure | null {
  const moment: MomentOf = (signature, text) => {
    const { text: bare, places } = typeof text === 'string' ? { text, places: [] } : text;
    return { step, atMs, signature, text: bare, ...(places.length === 0 ? {} : { places }) };
  };
  switch (end.why) {
    case 'threw':
    case 'rejected': {
      const how = end.why === 'threw' ? 'threw' : 'left an unhandled rejection';
      const text = placed`${end.domain.name} ${how}: ${thrown?.text ?? thrownText(end.reason)}`;
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

type MomentOf = (signature: string, text: string | PlacedText) => Moment;

function failureOfCause(cause: Cause, moment: MomentOf): Failure {
  switch (cause.why) {
    case 'violation':
      return { verdict: 'violation', ...cause.violation };
    case 'escape': {
      const { who, from, way, file, place = null } = cause.escape;
      const where = file === undefined ? '' : placed`, in ${place === null ? file : fileAs(file, place)}`;
      const text = placed`${who} tried to leave the seed by ${way}${where}; instead, ${insteadOf(way, from, file)}`;
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
 * Code of actors and properties runs in clients or outside of all nodes. The network, and the
 * library that provides client sockets, call listeners on these sockets.
 */
function isOfScenario(domain: Domain): boolean {
  return domain instanceof Client || domain instanceof NodeProcess || domain === NETWORK || domain === LIBRARIES;
}

/** The same for all actors of a kind. */
function throwSignature(domain: Domain): string {
  return domain instanceof Client ? `scenario-error: ${splitActor(domain.name).kind}` : 'scenario-error';
}
