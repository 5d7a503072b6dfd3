/**
 * Faults that hit single messages on TCP connections. A message is what a side writes in one turn.
 *
 * Fault model. A message may be cut off at any byte: in a frame, in the head or the body of a
 * request or a response, in the handshake of an upgrade. The bytes before that place arrive.
 * - `reset-in-message`: both ends then fail with ECONNRESET, each in its own time, as when a
 *   firewall or a load balancer drops the state of a connection. What is under way is lost.
 * - `end-in-message`: both ends then receive the end of the stream, as when a proxy between them
 *   closes. What an end still sends is answered by a reset (ECONNRESET, then EPIPE).
 * - `segmentation`: the message arrives whole, in unusual segments: see segmentation.ts.
 * A connection within one machine has no such faults. Each choice is keyed by the connection and
 * the number of the message, and a place is a fraction of the message.
 */
import { type Draws, type Scope, subscope } from '../../kernel/draws.ts';
import type { ActiveFaults, Fault } from '../../kernel/fault.ts';
import { MODES, type SegmentationMode, segmentationPoints } from './segmentation.ts';
import { headBytesOf, offsetAt } from './places.ts';
import type { Burst } from './burst.ts';

/** A connection, as these faults see it. */
export interface HitConnection {
  readonly name: string;
  readonly scope: Scope;
  /** The machines between which it is, of which a fault may aim at either. */
  readonly machines: readonly string[];
}

export interface Cut {
  readonly how: 'reset' | 'end';
  /** Number of bytes that arrive. */
  readonly offset: number;
}

export interface Segmentation {
  readonly points: readonly number[];
  /** By how much the first segment is late, and the time between segments. */
  readonly lateUs: number;
  readonly gapUs: number;
}

/** As long as an acknowledgement may be delayed, for which a sender's next write waits. */
const LATE_US = { min: 40_000, max: 200_000 };
const GAP_US = { min: 200, max: 8000 };

const CUTS = [
  { kind: 'reset-in-message', how: 'reset' },
  { kind: 'end-in-message', how: 'end' },
] as const;

export class MessageFaults {
  readonly #draws: Draws;
  readonly #faults: ActiveFaults;
  readonly #hit: (fault: Fault, detail: string) => void;

  constructor(parts: { draws: Draws; faults: ActiveFaults; hit: (fault: Fault, detail: string) => void }) {
    this.#draws = parts.draws;
    this.#faults = parts.faults;
    this.#hit = parts.hit;
  }

  /** Null if the message is not cut off. */
  cutOf(connection: HitConnection, direction: 'up' | 'down', { bytes, number }: Burst): Cut | null {
    if (this.#faults.none || bytes.length === 0) return null;
    for (const { kind, how } of CUTS) {
      const striking = this.#striking(kind, connection, direction, number);
      if (striking === null) continue;
      const { fault, scope } = striking;
      const fraction = this.#draws.fraction(subscope(scope, 'at'), number);
      const headBytes = headBytesOf(bytes);
      this.#hit(fault, `${connection.name} ${direction}, message ${number} ${placeOf(bytes, headBytes, fraction)}`);
      return { how, offset: offsetAt({ start: 0, end: bytes.length }, headBytes, fraction) };
    }
    return null;
  }

  /** Null if the message arrives in the usual way. */
  segmentationOf(connection: HitConnection, direction: 'up' | 'down', { bytes, number }: Burst): Segmentation | null {
    if (this.#faults.none) return null;
    const striking = this.#striking('segmentation', connection, direction, number);
    if (striking === null) return null;
    const { fault, scope } = striking;
    this.#hit(fault, `${connection.name} ${direction}`);
    const chosen = this.#draws.integer(subscope(scope, 'mode'), number, 0, MODES.length - 1);
    const mode: SegmentationMode = MODES[chosen] ?? 'bytes';
    const much = subscope(scope, 'much');
    return {
      points: segmentationPoints(bytes, mode),
      lateUs: mode === 'late' ? this.#draws.integer(much, number, LATE_US.min, LATE_US.max) : 0,
      gapUs: mode === 'late' ? 0 : this.#draws.integer(much, number, GAP_US.min, GAP_US.max),
    };
  }

  /** The fault that strikes the message, and the scope of further choices; null if none does. */
  #striking(
    kind: string,
    connection: HitConnection,
    direction: 'up' | 'down',
    number: number,
  ): { readonly fault: Fault; readonly scope: Scope } | null {
    let scope: Scope | null = null;
    for (const machine of connection.machines) {
      for (const fault of this.#faults.of(kind, machine)) {
        scope ??= subscope(connection.scope, `${kind}/${direction}`);
        if (this.#draws.fraction(scope, number) < fault.rate) return { fault, scope };
      }
    }
    return null;
  }
}

/** For people: not an offset, which differs between versions of Node. */
function placeOf(bytes: Buffer, headBytes: number, fraction: number): string {
  if (headBytes === 0) return `at ${percent(fraction)}`;
  if (headBytes === bytes.length) return `at ${percent(fraction)} of its head`;
  return fraction < 0.5 ? `at ${percent(2 * fraction)} of its head` : `at ${percent(2 * fraction - 1)} behind its head`;
}

const percent = (fraction: number): string => `${Math.floor(fraction * 100)} %`;
